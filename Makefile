# The front door. `make try` shows the main job, `make test` runs everything; both set up what they need.
SHELL := /bin/bash
LAB := deploy/lab/lab
CACHE := $(or $(GODWIT_LAB_CACHE),$(HOME)/.cache/godwit-lab)
IMAGE := godwit/godwit:dev

# A JDK 25: JAVA_HOME if it is one, else the first below /usr/lib/jvm.
JDK := $(shell for home in "$$JAVA_HOME" /usr/lib/jvm/*; do \
  if [ -x "$$home/bin/javac" ] && "$$home/bin/javac" -version 2>&1 | grep -q '^javac 25'; then echo "$$home"; break; fi; done)
export JAVA_HOME := $(JDK)
MVN := ./mvnw --batch-mode --no-transfer-progress
WITH_LAB := set -a && . $(CACHE)/lab.env && set +a &&

.PHONY: help try test test-unit test-property test-large test-mutations test-faults test-fault-mutations bench-engine bench-playbooks bench-backup bench-operator image generate crds docs argocd manifests format clean clean-lab jdk lab-images

help: ## Lists the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

try: jdk lab-images ## Shows the main job on a cluster of its own: nine migrations succeed, one is rolled back.
	@$(WITH_LAB) deploy/try/try

test: jdk lab-images ## Formatting, unit tests, tests against a real database and API server, cluster stories.
	@$(WITH_LAB) $(MVN) verify

test-unit: jdk ## Formatting and unit tests only; needs no Docker.
	@$(MVN) test

bench-engine: jdk lab-images ## Compares an update with one bare updateMany and with a loop over documents; ARGS="100_000 1" for fewer documents, runs.
	@$(MVN) -q package -DskipTests dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@$(WITH_LAB) $(JAVA_HOME)/bin/java -cp target/test-classes:target/classes:$$(cat target/test.classpath) dev.godwit.bench.EngineBench $(ARGS)
	@$(WITH_LAB) $(JAVA_HOME)/bin/java -cp target/test-classes:target/classes:$$(cat target/test.classpath) dev.godwit.bench.EmptyMigrationsBench

bench-playbooks: jdk lab-images ## Measures playbooks: a backfill against a script that goes by documents, queries before and after their indexes.
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@$(WITH_LAB) $(JAVA_HOME)/bin/java -cp target/test-classes:target/classes:$$(cat target/test.classpath) dev.godwit.bench.PlaybookBench $(ARGS)

bench-backup: jdk lab-images ## Compares dumps and restores with stock mongodump and mongorestore; ARGS="[dump] [restore] [recovery] [growth] [megabytes] [runs]".
	@$(MVN) -q package -DskipTests dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@$(WITH_LAB) $(JAVA_HOME)/bin/java -cp $(CURDIR)/target/test-classes:$(CURDIR)/target/classes:$$(cat target/test.classpath) dev.godwit.bench.BackupBench $(ARGS)

bench-operator: jdk lab-images ## What the operator costs with many migrations: memory, API writes, apply to Job, a restart; ARGS="migrations singles", 1000 100 if left out.
	@$(MVN) -q package -DskipTests dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@$(WITH_LAB) $(JAVA_HOME)/bin/java -cp target/test-classes:target/classes:$$(cat target/test.classpath) dev.godwit.fault.OperatorBench $(ARGS)

test-property: jdk lab-images ## Random migrations with crashes for DURATION (10m if left out), from SEED (a random one).
	@$(MVN) -q test-compile
	@$(WITH_LAB) $(MVN) surefire:test -Dtest=PropertyMongoIT -Dgodwit.property=$(or $(DURATION),10m) $(if $(SEED),-Dgodwit.seed=$(SEED))

test-large: jdk lab-images ## A backfill of 10,000,000 documents by a runner that is killed three times; ARGS="documents kills rollback …".
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@$(WITH_LAB) $(JAVA_HOME)/bin/java -cp target/test-classes:target/classes:$$(cat target/test.classpath) dev.godwit.bench.LargeBackfill $(ARGS)

test-mutations: jdk lab-images ## Takes protections of the engine out, one at a time: the property test must notice.
	@$(WITH_LAB) src/test/mutations/run

test-faults: jdk lab-images ## Every fault at every write of the operator, some 1,500 stories: half an hour; SEED for the order, ONE="Story Fault KIND resource \#n" for one.
	@$(MVN) -q test-compile
	@$(WITH_LAB) $(MVN) surefire:test -Dtest='*FaultIT' -Dgodwit.faults=all $(if $(SEED),-Dgodwit.fault.seed=$(SEED)) $(if $(ONE),-Dgodwit.fault="$(ONE)")

test-fault-mutations: jdk lab-images ## Takes protections of the operator out, one at a time: the fault suite must notice.
	@$(WITH_LAB) src/test/mutations/operator/run

image: jdk lab-images ## Builds the image godwit/godwit:dev; prints its size and how long it takes to start.
	@$(MVN) -q package -DskipTests
	@$(WITH_LAB) deploy/image/build --measure $(IMAGE)

generate: crds docs argocd manifests ## Writes all that is generated: crds/, the reference, deploy/argocd, deploy/install.yaml.

crds: jdk ## Generates crds/ and the chart's copy from the classes; `make manifests` comes next.
	@$(MVN) -q test -Dtest='CrdSyncTest#everyFileIsAsGenerated' -Dgodwit.crds=write

manifests: jdk lab-images ## Renders deploy/install.yaml from the chart.
	@$(WITH_LAB) mkdir -p target && deploy/render >target/install.yaml
	@cp target/install.yaml deploy/install.yaml

argocd: jdk ## Writes what follows from deploy/argocd/resource_customizations.
	@$(MVN) -q test -Dtest=ArgoCdSyncTest -Dgodwit.argocd=write

docs: jdk ## Writes docs/reference/api.md from the classes.
	@$(MVN) -q test -Dtest=ApiReferenceTest -Dgodwit.docs=write

format: jdk ## Formats the sources.
	@$(MVN) -q spotless:apply

clean: ## Removes what the build made.
	@rm -rf target

clean-lab: ## Takes the lab away: containers, images, the engine it started, its cache.
	@$(LAB) clean --cache

lab-images: jdk
	@$(LAB) images

jdk:
	@if [ -z "$(JDK)" ]; then \
	  echo "Godwit needs a JDK 25, and neither JAVA_HOME nor /usr/lib/jvm has one." >&2; \
	  echo "Get it from your distribution or from Eclipse Temurin, then: JAVA_HOME=<its folder> make ..." >&2; \
	  exit 1; \
	fi

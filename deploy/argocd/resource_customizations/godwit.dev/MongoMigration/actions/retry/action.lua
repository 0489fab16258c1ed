-- What is wanted stays: a migration is applied again, a failed rollback is rolled back again.
obj.spec.retry = (obj.spec.retry or 0) + 1
return obj

package dev.godwit.engine.plan;

import dev.godwit.engine.Spot;
import dev.godwit.engine.changelog.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Operators of aggregation that no MongoDB up to 8.0 has. The compiler leaves them to the server,
/// which knows what it has; a file alone can only be compared with the manual ("Aggregation
/// Operators", "Aggregation Stages", "Query Predicates").
final class ExpressionRules {

  private static final Set<String> KNOWN =
      Set.of(
          """
          $abs $acos $acosh $add $addFields $addToSet $all $allElementsTrue $and $anyElementTrue
          $arrayElemAt $arrayToObject $asin $asinh $atan $atan2 $atanh $avg $binarySize $bit $bitAnd
          $bitNot $bitOr $bitXor $bitsAllClear $bitsAllSet $bitsAnyClear $bitsAnySet $bottom
          $bottomN $box $bsonSize $bucket $bucketAuto $caseSensitive $ceil $center $centerSphere
          $changeStream $changeStreamSplitLargeEvent $cmp $collStats $comment $concat $concatArrays
          $cond $convert $cos $cosh $count $covariancePop $covarianceSamp $currentOp $dateAdd
          $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateToString
          $dateTrunc $dayOfMonth $dayOfWeek $dayOfYear $degreesToRadians $denseRank $densify
          $derivative $diacriticSensitive $divide $documentNumber $documents $elemMatch $encStrContains
          $encStrEndsWith $encStrNormalizedEq $encStrStartsWith $eq $exists $exp $expMovingAvg $expr
          $facet $fill $filter $first $firstN $floor $geoIntersects $geoNear $geoWithin $geometry
          $getField $graphLookup $group $gt $gte $hour $ifNull $in $indexOfArray $indexOfBytes
          $indexOfCP $indexStats $integral $isArray $isNumber $isoDayOfWeek $isoWeek $isoWeekYear
          $jsonSchema $language $last $lastN $let $limit $linearFill $listLocalSessions
          $listSampledQueries $listSearchIndexes $listSessions $literal $ln $locf $log $log10 $lookup
          $lt $lte $ltrim $map $match $max $maxDistance $maxN $median $mergeObjects $meta $millisecond
          $min $minDistance $minMaxScaler $minN $minute $mod $month $multiply $natural $ne $near
          $nearSphere $nin $nor $not $objectToArray $options $or $percentile $planCacheStats $polygon
          $position $pow $project $push $querySettings $queryStats $radiansToDegrees $rand $range
          $rank $rankFusion $redact $reduce $regex $regexFind $regexFindAll $regexMatch $replaceAll
          $replaceOne $replaceRoot $replaceWith $reverseArray $round $rtrim $sample $sampleRate
          $scoreFusion $search $searchMeta $second $set $setDifference $setEquals $setField
          $setIntersection $setIsSubset $setUnion $setWindowFields $shardedDataDistribution $shift
          $sigmoid $sin $sinh $size $skip $slice $sort $sortArray $sortByCount $split $sqrt $stdDevPop
          $stdDevSamp $strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP $subtract
          $sum $switch $tan $tanh $text $toBool $toDate $toDecimal $toDouble $toHashedIndexKey $toInt
          $toLong $toLower $toObjectId $toString $toUUID $toUpper $top $topN $trim $trunc $tsIncrement
          $tsSecond $type $uniqueDocs $unionWith $unset $unsetField $unwind $vectorSearch $week $where
          $year $zip $ref $id $db $alwaysTrue $alwaysFalse $maxTimeMS
          """
              .strip()
              .split("\\s+"));

  private ExpressionRules() {}

  /// What is unknown in the stages of a pipeline.
  static List<Finding> ofPipeline(String path, List<BsonDocument> stages) {
    List<Finding> findings = new ArrayList<>();
    stages.forEach(stage -> walk(path, stage, findings));
    return findings;
  }

  /// What is unknown in the expressions (`$expr`) of a filter.
  static List<Finding> ofFilter(String path, BsonValue filter) {
    List<Finding> findings = new ArrayList<>();
    expressions(path, filter, findings);
    return findings;
  }

  private static void expressions(String path, BsonValue value, List<Finding> findings) {
    if (value instanceof BsonArray array) {
      array.forEach(element -> expressions(path, element, findings));
    } else if (value instanceof BsonDocument document) {
      document.forEach(
          (key, below) -> {
            if (key.equals("$expr")) {
              walk(path, below, findings);
            } else {
              expressions(path, below, findings);
            }
          });
    }
  }

  private static void walk(String path, BsonValue value, List<Finding> findings) {
    if (value instanceof BsonArray array) {
      array.forEach(element -> walk(path, element, findings));
    } else if (value instanceof BsonDocument document) {
      document.forEach(
          (key, below) -> {
            if (key.startsWith("$") && !KNOWN.contains(key)) {
              findings.add(unknown(path, key));
            } else if (!key.equals("$literal")) {
              walk(path, below, findings);
            }
          });
    }
  }

  private static Finding unknown(String path, String operator) {
    return new Finding(
        Severity.Error,
        "UnknownExpression",
        new Spot(path, -1, operator),
        "MongoDB has no '%s'%s"
            .formatted(
                operator,
                Nearest.to(operator, KNOWN)
                    .map("; did you mean '%s'?"::formatted)
                    .orElse(
                        " that this Godwit knows of; if your server has, ignore UnknownExpression")),
        List.of());
  }
}

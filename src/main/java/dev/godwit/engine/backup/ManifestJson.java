package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.bson.BSONException;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;

/// The form of `manifest.json`; `docs/backup-format.md` describes it.
///
/// Its last field, `checksum`, is the SHA-256 of the same object without that field, written in one
/// line: an edited manifest is found, one that was only indented anew is not refused.
final class ManifestJson {

  static final int FORMAT_VERSION = 1;

  private static final String CHECKSUM = "checksum";
  private static final JsonWriterSettings COMPACT =
      JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();
  private static final JsonWriterSettings INDENTED =
      JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).indent(true).build();

  private ManifestJson() {}

  static byte[] encode(BackupManifest manifest) {
    BsonDocument document =
        new BsonDocument("formatVersion", new BsonInt32(FORMAT_VERSION))
            .append("toolVersion", new BsonString(manifest.toolVersion()))
            .append("serverVersion", new BsonString(manifest.serverVersion()))
            .append("database", new BsonString(manifest.database()))
            .append("wholeDatabase", BsonBoolean.valueOf(manifest.wholeDatabase()))
            .append("startTime", new BsonString(manifest.startTime().toString()))
            .append("endTime", new BsonString(manifest.endTime().toString()))
            .append("consistency", new BsonString(manifest.consistency().name()))
            .append("consistencyNote", text(manifest.consistencyNote()))
            .append("verification", new BsonString(manifest.verification().name()))
            .append("compression", compression(manifest.compression()))
            .append(
                "archive",
                new BsonDocument("name", new BsonString(manifest.archiveName()))
                    .append("size", new BsonInt64(manifest.archiveSize()))
                    .append("sha256", new BsonString(manifest.archiveSha256())))
            .append("collections", array(manifest.collections(), ManifestJson::collection))
            .append("absentCollections", array(manifest.absentCollections(), BsonString::new))
            .append("parts", array(manifest.parts(), ManifestJson::part));
    document.append(CHECKSUM, new BsonString(checksum(document)));
    return (document.toJson(INDENTED) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static BackupManifest decode(byte[] json) throws IOException {
    try {
      BsonDocument document = BsonDocument.parse(new String(json, StandardCharsets.UTF_8));
      int format = document.getNumber("formatVersion").intValue();
      if (format != FORMAT_VERSION) {
        throw new UnknownFormatException(
            "manifest.json has formatVersion %d, known is %d".formatted(format, FORMAT_VERSION));
      }
      BsonValue checksum = document.remove(CHECKSUM);
      if (checksum == null || !checksum.asString().getValue().equals(checksum(document))) {
        throw new MalformedArchiveException("manifest.json was changed after it was written");
      }
      return manifest(document);
    } catch (BSONException
        | JsonParseException
        | IllegalArgumentException
        | DateTimeException malformed) {
      throw new MalformedArchiveException(
          "manifest.json cannot be read: " + malformed.getMessage(), malformed);
    }
  }

  private static BackupManifest manifest(BsonDocument document) {
    BsonDocument archive = document.getDocument("archive");
    BsonDocument compression = document.getDocument("compression");
    return new BackupManifest(
        text(document, "database"),
        document.getBoolean("wholeDatabase").getValue(),
        text(document, "toolVersion"),
        text(document, "serverVersion"),
        Instant.parse(text(document, "startTime")),
        Instant.parse(text(document, "endTime")),
        Consistency.valueOf(text(document, "consistency")),
        document.isNull("consistencyNote") ? null : text(document, "consistencyNote"),
        BackupVerification.valueOf(text(document, "verification")),
        new Compression(
            CompressionType.valueOf(text(compression, "type")),
            compression.containsKey("level") ? (int) number(compression, "level") : null),
        text(archive, "name"),
        number(archive, "size"),
        text(archive, "sha256"),
        document.getArray("collections").stream()
            .map(value -> collection(value.asDocument()))
            .toList(),
        document.getArray("absentCollections").stream()
            .map(value -> value.asString().getValue())
            .toList(),
        document.getArray("parts").stream().map(value -> part(value.asDocument())).toList());
  }

  private static BsonDocument compression(Compression compression) {
    BsonDocument document =
        new BsonDocument("type", new BsonString(compression.typeOrDefault().name()));
    if (compression.typeOrDefault() != CompressionType.None) {
      document.append("level", new BsonInt32(compression.levelOrDefault()));
    }
    return document;
  }

  private static BsonDocument collection(ArchivedCollection collection) {
    return new BsonDocument("name", new BsonString(collection.name()))
        .append("type", new BsonString(collection.type()))
        .append("documents", new BsonInt64(collection.documents()))
        .append("bytes", new BsonInt64(collection.bytes()))
        .append("crc64", new BsonString(collection.crc()))
        .append("contentHash", new BsonString(collection.contentHash()));
  }

  private static ArchivedCollection collection(BsonDocument document) {
    return new ArchivedCollection(
        text(document, "name"),
        text(document, "type"),
        number(document, "documents"),
        number(document, "bytes"),
        text(document, "crc64"),
        text(document, "contentHash"));
  }

  private static BsonDocument part(ArchivePart part) {
    return new BsonDocument("offset", new BsonInt64(part.offset()))
        .append("length", new BsonInt64(part.length()))
        .append("sha256", new BsonString(part.sha256()))
        .append("collection", text(part.collection()))
        .append("documents", new BsonInt64(part.documents()))
        .append("bytes", new BsonInt64(part.bytes()))
        .append("crc64", new BsonString(part.crc()))
        .append("minId", id(part.minId()))
        .append("maxId", id(part.maxId()));
  }

  /// As text, because the numbers of this file do not keep their types.
  private static BsonValue id(BsonValue id) {
    return id == null ? BsonNull.VALUE : new BsonString(StretchOfIds.toJson(id));
  }

  private static BsonValue id(BsonDocument document, String key) {
    return document.isNull(key) ? null : StretchOfIds.fromJson(text(document, key));
  }

  private static ArchivePart part(BsonDocument document) {
    return new ArchivePart(
        number(document, "offset"),
        number(document, "length"),
        text(document, "sha256"),
        document.isNull("collection") ? null : text(document, "collection"),
        number(document, "documents"),
        number(document, "bytes"),
        text(document, "crc64"),
        id(document, "minId"),
        id(document, "maxId"));
  }

  private static <T> BsonArray array(List<T> values, Function<T, BsonValue> form) {
    return new BsonArray(values.stream().map(form).toList());
  }

  private static String checksum(BsonDocument document) {
    return Sha256.of(document.toJson(COMPACT).getBytes(StandardCharsets.UTF_8));
  }

  private static BsonValue text(String value) {
    return value == null ? BsonNull.VALUE : new BsonString(value);
  }

  private static String text(BsonDocument document, String key) {
    return document.getString(key).getValue();
  }

  private static long number(BsonDocument document, String key) {
    return document.getNumber(key).longValue();
  }
}

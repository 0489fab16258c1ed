package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
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
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonReader;
import org.bson.json.JsonWriter;
import org.bson.json.JsonWriterSettings;

/// The form of `manifest.json`; `docs/backup-format.md` describes it.
///
/// Its last field, `checksum`, is the SHA-256 of the same object without that field, written in one
/// line: an edited manifest is found, one that was only indented anew is not refused.
final class ManifestJson {

  static final int FORMAT_VERSION = 1;

  private static final String FORMAT = "formatVersion";
  private static final String PARTS = "parts";
  private static final String CHECKSUM = "checksum";
  private static final BsonValueCodec VALUES = new BsonValueCodec();
  private static final EncoderContext ENCODING = EncoderContext.builder().build();
  private static final DecoderContext DECODING = DecoderContext.builder().build();
  private static final JsonWriterSettings COMPACT =
      JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();
  private static final JsonWriterSettings INDENTED =
      JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).indent(true).build();

  private ManifestJson() {}

  /// Writes part by part: a large backup has 100,000 of them.
  static void write(BackupManifest manifest, OutputStream out) throws IOException {
    Writer text = writer(out);
    write(manifest, new JsonWriter(text, INDENTED), checksum(manifest));
    text.write("\n");
    text.flush();
  }

  private static String checksum(BackupManifest manifest) throws IOException {
    MessageDigest digest = Sha256.digest();
    Writer text = digesting(digest);
    write(manifest, new JsonWriter(text, COMPACT), null);
    text.flush();
    return Sha256.hex(digest.digest());
  }

  private static void write(BackupManifest manifest, JsonWriter json, String checksum) {
    json.writeStartDocument();
    head(manifest).forEach((name, value) -> write(json, name, value));
    json.writeStartArray(PARTS);
    manifest.parts().forEach(part -> VALUES.encode(json, part(part), ENCODING));
    json.writeEndArray();
    if (checksum != null) {
      json.writeString(CHECKSUM, checksum);
    }
    json.writeEndDocument();
  }

  private static void write(JsonWriter json, String name, BsonValue value) {
    json.writeName(name);
    VALUES.encode(json, value, ENCODING);
  }

  private static Writer digesting(MessageDigest digest) {
    return writer(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
  }

  private static Writer writer(OutputStream out) {
    return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  private static BsonDocument head(BackupManifest manifest) {
    return new BsonDocument(FORMAT, new BsonInt32(FORMAT_VERSION))
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
        .append("absentCollections", array(manifest.absentCollections(), BsonString::new));
  }

  /// Reads part by part.
  ///
  /// @throws IOException when it cannot be read; [UnknownFormatException],
  ///     [MalformedArchiveException] when it is not what is expected
  static BackupManifest read(InputStream json) throws IOException {
    try {
      return read(new JsonReader(new InputStreamReader(json, StandardCharsets.UTF_8)));
    } catch (JsonParseException malformed) {
      if (malformed.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw unreadable(malformed);
    } catch (BSONException | IllegalArgumentException | DateTimeException malformed) {
      throw unreadable(malformed);
    }
  }

  private static MalformedArchiveException unreadable(RuntimeException malformed) {
    return new MalformedArchiveException(
        "manifest.json cannot be read: " + malformed.getMessage(), malformed);
  }

  private static BackupManifest read(JsonReader json) throws IOException {
    MessageDigest digest = Sha256.digest();
    Writer text = digesting(digest);
    JsonWriter compact = new JsonWriter(text, COMPACT);
    BsonDocument head = new BsonDocument();
    List<ArchivePart> parts = new ArrayList<>();
    json.readStartDocument();
    compact.writeStartDocument();
    while (json.readBsonType() != BsonType.END_OF_DOCUMENT) {
      String name = json.readName();
      if (name.equals(PARTS)) {
        compact.writeName(name);
        parts(json, compact, parts);
        continue;
      }
      BsonValue value = VALUES.decode(json, DECODING);
      head.append(name, value);
      if (name.equals(FORMAT)) {
        requireKnown(head);
      }
      if (!name.equals(CHECKSUM)) {
        write(compact, name, value);
      }
    }
    json.readEndDocument();
    compact.writeEndDocument();
    text.flush();
    requireKnown(head);
    if (!head.containsKey(CHECKSUM) || !text(head, CHECKSUM).equals(Sha256.hex(digest.digest()))) {
      throw new MalformedArchiveException("manifest.json was changed after it was written");
    }
    return manifest(head, parts);
  }

  private static void requireKnown(BsonDocument head) throws IOException {
    int format = head.getNumber(FORMAT).intValue();
    if (format != FORMAT_VERSION) {
      throw new UnknownFormatException(
          "manifest.json has formatVersion %d, known is %d".formatted(format, FORMAT_VERSION));
    }
  }

  private static void parts(JsonReader json, JsonWriter compact, List<ArchivePart> parts) {
    json.readStartArray();
    compact.writeStartArray();
    while (json.readBsonType() != BsonType.END_OF_DOCUMENT) {
      BsonValue value = VALUES.decode(json, DECODING);
      VALUES.encode(compact, value, ENCODING);
      parts.add(part(value.asDocument()));
    }
    json.readEndArray();
    compact.writeEndArray();
  }

  private static BackupManifest manifest(BsonDocument document, List<ArchivePart> parts) {
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
        parts);
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
        document.isNull("collection") ? null : text(document, "collection").intern(),
        number(document, "documents"),
        number(document, "bytes"),
        text(document, "crc64"),
        id(document, "minId"),
        id(document, "maxId"));
  }

  private static <T> BsonArray array(List<T> values, Function<T, BsonValue> form) {
    return new BsonArray(values.stream().map(form).toList());
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

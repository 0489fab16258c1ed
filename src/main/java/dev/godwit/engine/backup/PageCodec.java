package dev.godwit.engine.backup;

import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BsonInput;

/// Takes the documents of a `find` command's reply as bytes out of the driver's buffer into a part:
/// each is copied once and never decoded.
final class PageCodec implements Codec<PageCodec.Reply> {

  private final PartBuffer target;

  PageCodec(PartBuffer target) {
    this.target = target;
  }

  /// What a reply held besides its documents.
  ///
  /// @param documents how many there were
  /// @param cursor id of the server's cursor; 0 when it keeps none
  record Reply(int documents, long cursor) {}

  @Override
  public Reply decode(BsonReader reader, DecoderContext context) {
    BsonBinaryReader binary = (BsonBinaryReader) reader;
    Reply reply = new Reply(0, 0);
    binary.readStartDocument();
    while (binary.readBsonType() != BsonType.END_OF_DOCUMENT) {
      if (binary.readName().equals("cursor")) {
        reply = cursor(binary);
      } else {
        binary.skipValue();
      }
    }
    binary.readEndDocument();
    return reply;
  }

  private Reply cursor(BsonBinaryReader reader) {
    long id = 0;
    int documents = 0;
    reader.readStartDocument();
    while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
      switch (reader.readName()) {
        case "id" -> id = reader.readInt64();
        case "firstBatch" -> documents = batch(reader);
        default -> reader.skipValue();
      }
    }
    reader.readEndDocument();
    return new Reply(documents, id);
  }

  private int batch(BsonBinaryReader reader) {
    BsonInput in = reader.getBsonInput();
    int documents = 0;
    reader.readStartArray();
    while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
      var start = in.getMark(Integer.BYTES);
      int length = in.readInt32();
      start.reset();
      target.add(in, length);
      start.reset();
      reader.skipValue();
      documents++;
    }
    reader.readEndArray();
    return documents;
  }

  @Override
  public void encode(BsonWriter writer, Reply reply, EncoderContext context) {
    throw new UnsupportedOperationException("replies are only read");
  }

  @Override
  public Class<Reply> getEncoderClass() {
    return Reply.class;
  }
}

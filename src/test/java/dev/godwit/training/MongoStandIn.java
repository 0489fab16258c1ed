package dev.godwit.training;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/// Just enough of MongoDB's wire protocol for a runner to plan and to apply: it greets, has two
/// collections, takes every write, agrees to whatever lock and history are said to be, and whatever
/// else is asked, it has found nothing.
public final class MongoStandIn implements AutoCloseable {

  /// Lock and history.
  private static final Set<String> KEPT = Set.of("_godwit_lock", "_godwit_history");

  private static final int OP_REPLY = 1;
  private static final int OP_QUERY = 2004;
  private static final int OP_MSG = 2013;
  private static final int HEADER = 16;

  private final List<BsonValue> indexes = new CopyOnWriteArrayList<>();
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  /// Starts to listen on a free port of the loopback interface.
  public MongoStandIn() throws IOException {
    Thread.ofPlatform().daemon().name("mongo-stand-in").start(this::accept);
  }

  /// The connection string.
  public String uri() {
    return "mongodb://127.0.0.1:%d/training?directConnection=true".formatted(socket.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread.ofPlatform().daemon().name("mongo-stand-in-client").start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      while (true) {
        ByteBuffer header = read(in, HEADER);
        ByteBuffer body = read(in, header.getInt(0) - HEADER);
        out.write(answer(header.getInt(4), header.getInt(12), body));
        out.flush();
      }
    } catch (IOException gone) {
      // The driver closed its connection.
    }
  }

  private static ByteBuffer read(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] answer(int request, int code, ByteBuffer body) throws IOException {
    return switch (code) {
      case OP_QUERY ->
          message(
              request,
              OP_REPLY,
              new byte[20],
              16,
              reply(new BsonDocument("hello", BsonNull.VALUE)));
      case OP_MSG -> message(request, OP_MSG, new byte[5], -1, reply(command(body)));
      default -> throw new IOException("opcode " + code);
    };
  }

  private static BsonDocument command(ByteBuffer body) {
    body.position(5);
    try (BsonBinaryReader reader =
        new BsonBinaryReader(body.slice().order(ByteOrder.LITTLE_ENDIAN))) {
      return new BsonDocumentCodec().decode(reader, DecoderContext.builder().build());
    }
  }

  private BsonDocument reply(BsonDocument command) {
    if (command.containsKey("findAndModify")) {
      BsonDocument value = known(command.getDocument("query"));
      value.putAll(command.getDocument("update").getDocument("$set", new BsonDocument()));
      return new BsonDocument("ok", new BsonInt32(1)).append("value", value);
    }
    if (command.containsKey("find") && KEPT.contains(command.getString("find").getValue())) {
      BsonDocument reply = found();
      reply.getDocument("cursor").getArray("firstBatch").add(known(command));
      return reply;
    }
    if (command.containsKey("createIndexes")) {
      indexes.addAll(command.getArray("indexes"));
    }
    if (command.containsKey("listIndexes")) {
      BsonDocument reply = found();
      reply.getDocument("cursor").getArray("firstBatch").addAll(indexes);
      return reply;
    }
    return BsonDocument.parse(
        switch (command.getFirstKey()) {
          case "hello", "isMaster", "ismaster" ->
              "{ok: 1, helloOk: true, isWritablePrimary: true, ismaster: true, maxBsonObjectSize: 16777216,"
                  + " maxMessageSizeBytes: 48000000, maxWriteBatchSize: 100000, minWireVersion: 0,"
                  + " maxWireVersion: 21, readOnly: false, logicalSessionTimeoutMinutes: 30}";
          case "buildInfo" -> "{ok: 1, version: '7.0.0', versionArray: [7, 0, 0, 0]}";
          case "listCollections" ->
              "{ok: 1, cursor: {id: {$numberLong: '0'}, ns: 'training.$cmd.listCollections', firstBatch:"
                  + " [{name: 'users', type: 'collection', options: {}, info: {readOnly: false}},"
                  + " {name: 'roles', type: 'collection', options: {}, info: {readOnly: false}}]}}";
          case "update", "insert" -> "{ok: 1, n: 1, nModified: 1}";
          default -> found().toJson();
        });
  }

  private static BsonDocument found() {
    return BsonDocument.parse(
        "{ok: 1, n: 0, cursor: {id: {$numberLong: '0'}, ns: 'training.any', firstBatch: []}}");
  }

  /// Lock or head of the history, as far as the runner looks into it.
  private static BsonDocument known(BsonDocument query) {
    return new BsonDocument("_id", query.getOrDefault("_id", new BsonString("head")))
        .append("token", new BsonInt64(1))
        .append("sequence", new BsonInt64(1))
        .append("at", new BsonDateTime(System.currentTimeMillis()));
  }

  /// @param ones offset in `prefix` of the number of documents; -1 when it has none
  private static byte[] message(
      int request, int code, byte[] prefix, int ones, BsonDocument document) {
    BasicOutputBuffer bson = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(bson)) {
      new BsonDocumentCodec().encode(writer, document, EncoderContext.builder().build());
    }
    byte[] bytes = bson.toByteArray();
    int length = HEADER + prefix.length + bytes.length;
    ByteBuffer all = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    all.putInt(length).putInt(1).putInt(request).putInt(code).put(prefix).put(bytes);
    if (ones >= 0) {
      all.putInt(HEADER + ones, 1);
    }
    return all.array();
  }
}

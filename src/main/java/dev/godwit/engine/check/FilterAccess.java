package dev.godwit.engine.check;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// How a server finds the documents of a filter.
///
/// @param index the index that it uses; null for none
public record FilterAccess(Kind kind, String index) {

  /// Ways to find documents.
  public enum Kind {
    /// With an index.
    Index,
    /// By reading the whole collection.
    Scan,
    /// All documents are wanted.
    All,
    /// There are no documents to be found.
    None,
    /// The server does not say.
    Unknown
  }

  /// Without a search.
  public static FilterAccess of(Kind kind) {
    return new FilterAccess(kind, null);
  }

  /// Asks the server.
  ///
  /// @param find a find command with its filter, and collation and hint if there are any
  public static FilterAccess of(MongoDatabase database, BsonDocument find) {
    if (find.getDocument("filter").isEmpty()) {
      return of(Kind.All);
    }
    try {
      String index =
          QueryPlan.index(
              database.runCommand(
                  new BsonDocument("explain", find)
                      .append("verbosity", new BsonString("queryPlanner")),
                  BsonDocument.class));
      return index == null
          ? of(Kind.Unknown)
          : index.isEmpty() ? of(Kind.Scan) : new FilterAccess(Kind.Index, index);
    } catch (MongoCommandException notExplained) {
      return of(Kind.Unknown);
    }
  }
}

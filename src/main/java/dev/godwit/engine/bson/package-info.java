/// Values of BSON: exact comparison, changes of documents.
package dev.godwit.engine.bson;

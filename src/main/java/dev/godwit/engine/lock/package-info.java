/// One holder for each database: a lease on the server's clock with a fencing token.
package dev.godwit.engine.lock;

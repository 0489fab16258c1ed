/// What `deploy/image/Dockerfile` runs besides Godwit itself: training runs for the AOT caches,
/// against stand-ins for an API server and a database, and the measurement of start-up. The image
/// does not contain it.
package dev.godwit.training;

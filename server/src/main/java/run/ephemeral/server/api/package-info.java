/// The REST API: wire records in and out, mapped by hand, and nothing decided here.
@NullMarked
package run.ephemeral.server.api;

import org.jspecify.annotations.NullMarked;

/// The REST API: wire records in and out, mapped by hand. No decisions are made here.
@NullMarked
package run.ephemeral.server.api;

import org.jspecify.annotations.NullMarked;

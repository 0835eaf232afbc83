/// The control plane over HTTP: requests, problems, streams.
@NullMarked
package run.ephemeral.cli.api;

import org.jspecify.annotations.NullMarked;

/// What goes over HTTP between the control plane and whoever talks to it, and nothing else.
///
/// Records of plain JDK types, written as JSON under their components' names; an instant is an
/// ISO 8601 string in UTC, a duration a whole number of milliseconds. They are not the domain's
/// records: the server maps by hand, so that either side can change without the other.
@NullMarked
package run.ephemeral.wire;

import org.jspecify.annotations.NullMarked;

/// The requests and responses of the REST API, and the file that locates the control plane.
///
/// Records of plain JDK types, written as JSON under their components' names; an instant is an ISO
/// 8601 string in UTC, a duration a whole number of milliseconds. The domain has records of its
/// own: the server maps by hand, so that either side can change without the other.
@NullMarked
package run.ephemeral.wire;

import org.jspecify.annotations.NullMarked;

/// What is kept whole as JSON in a column, in records of its own: a domain record may change
/// without making rows of a running installation unreadable.
///
/// Each document says its version. [Document] reads every older one by bringing the JSON up to
/// date first; samples of every version that was ever written are in `src/test/resources`, and
/// must stay readable. A change of a record here is a new version: raise [Document#VERSION], add
/// what brings the last one up to date to [Upcasters], and add samples of it.
@NullMarked
package run.ephemeral.store.document;

import org.jspecify.annotations.NullMarked;

/// The JSON documents of columns, as records of their own: a domain record can change without
/// making rows of a running installation unreadable.
///
/// Each document contains its version. [Document] converts older versions before it reads them;
/// samples of every version that was ever written are in `src/test/resources`, and must stay
/// readable. A change of a record here is a new version: raise [Document#VERSION], add the
/// conversion from the previous version to [Upcasters], and add samples of the new one.
@NullMarked
package run.ephemeral.store.document;

import org.jspecify.annotations.NullMarked;

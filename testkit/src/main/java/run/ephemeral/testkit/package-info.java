/// Shared by tests: a real PostgreSQL, fakes of the ports, and the contract tests that fakes and
/// real adapters pass.
@NullMarked
package run.ephemeral.testkit;

import org.jspecify.annotations.NullMarked;

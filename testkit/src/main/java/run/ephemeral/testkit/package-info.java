/// What tests share: a real database, fakes of the ports, and the contracts that keep fakes
/// honest.
@NullMarked
package run.ephemeral.testkit;

import org.jspecify.annotations.NullMarked;

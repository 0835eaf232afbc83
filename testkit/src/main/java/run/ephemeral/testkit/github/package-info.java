/// A GitHub for tests.
@NullMarked
package run.ephemeral.testkit.github;

import org.jspecify.annotations.NullMarked;

/// The sample application that `ephemeral demo` shows: a small shop and its open pull requests.
@NullMarked
package run.ephemeral.demo;

import org.jspecify.annotations.NullMarked;

package run.ephemeral.core.engine;

import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;

/// The result of a test.
///
/// @param key see [run.ephemeral.core.release.Component.Test#key]
/// @param summary such as `passed in 1.2 s` or `exited 1 after 3 s: 2 of 14 failed`
public record TestResult(ComponentName test, Digest key, boolean passed, String summary) {}

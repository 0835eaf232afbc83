/// Requests of people to an environment: one grammar for comments, chat, CLI and UI.
@NullMarked
package run.ephemeral.core.command;

import org.jspecify.annotations.NullMarked;

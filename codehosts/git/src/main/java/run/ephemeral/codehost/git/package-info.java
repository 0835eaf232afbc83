/// Pull requests of a plain git repository: every branch but the default one is one.
@NullMarked
package run.ephemeral.codehost.git;

import org.jspecify.annotations.NullMarked;

/// What the code hosts with an API of JSON over HTTP have in common.
@NullMarked
package run.ephemeral.codehost.rest;

import org.jspecify.annotations.NullMarked;

package run.ephemeral.core.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The meaning of a key of `ephemeral.yaml`. The JSON Schema and the reference page are generated
/// from these annotations.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {
  String value();

  /// The key in the file, where the component cannot have that name in Java.
  String key() default "";

  /// Why the key is rejected: it belongs to a part of the design that this version does not have.
  String notBuilt() default "";

  /// A note for a key that is accepted but has no effect here: what the key is for.
  String unusedHere() default "";
}

package run.ephemeral.core.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a key of `ephemeral.yaml` means. The JSON Schema and the reference page are made of
/// these.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {
  String value();

  /// The key in the file, where Java could not call the component so.
  String key() default "";

  /// Said instead of accepting the key: a part of the design that this version does not have.
  String notBuilt() default "";

  /// Said beside accepting the key: what it is for, when nothing here uses it.
  String unusedHere() default "";
}

# Sourced by ./ephemeral and ./dev: finds a JDK 25 or newer.

is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$version" ] && [ "$version" -ge 25 ]
}

path_jdk() {
  java=$(command -v java) || return 0
  java=$(readlink -f "$java" 2>/dev/null) || return 0
  dirname "$(dirname "$java")"
}

# JAVA_HOME, then java on the PATH, then the usual folders.
find_jdk() {
  for home in "${JAVA_HOME:-}" "$(path_jdk)" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/jdk* /opt/java/*; do
    if is_jdk "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

explain_jdk() {
  cat >&2 <<'TEXT'
ephemeral needs a JDK 25 or newer, and found none in JAVA_HOME, on the PATH, in /usr/lib/jvm,
in ~/.sdkman, in ~/.jdks, in /Library/Java/JavaVirtualMachines or in /opt.
Get one from https://adoptium.net (or: sdk install java 25-tem), then set JAVA_HOME to its folder.
TEXT
  exit 1
}

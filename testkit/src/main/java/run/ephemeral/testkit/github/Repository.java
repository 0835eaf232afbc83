package run.ephemeral.testkit.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import run.ephemeral.testkit.Git;

/// A repository of the test GitHub, and what people do there.
public final class Repository {
  final long id;
  final Map<Integer, Pull> pulls = new TreeMap<>();
  final Map<Long, Said> comments = new LinkedHashMap<>();
  final Map<Long, CheckRun> checks = new LinkedHashMap<>();
  final Map<Long, Deployed> deployments = new LinkedHashMap<>();
  final List<Review> reviews = new ArrayList<>();
  final Map<String, String> people = new LinkedHashMap<>();
  volatile boolean isArchived;
  volatile Optional<String> renamed = Optional.empty();
  private final GitHub hub;
  private final String path;
  private final Git work;
  private int numbers;

  Repository(GitHub hub, long id, String path) {
    this.hub = hub;
    this.id = id;
    this.path = path;
    var bare = hub.folder.resolve("served").resolve(path + ".git");
    Git.init(bare.resolveSibling(bare.getFileName() + ".d")).run("init", "-q", "--bare", bare + "");
    work = Git.init(hub.folder.resolve("work").resolve(path));
    work.run("remote", "add", "origin", bare.toString());
    commit("main", "README.md", "A shop.\n");
    new Git(bare).run("symbolic-ref", "HEAD", "refs/heads/main");
  }

  static final class Pull {
    final int number;
    final String author;
    final Optional<String> fork;
    final Set<String> labels = new LinkedHashSet<>();
    String branch;
    String sha;
    String title;
    String base = "main";
    boolean isDraft;
    boolean isOpen = true;
    Instant updated = Instant.EPOCH;

    Pull(int number, String author, Optional<String> fork, String branch, String title) {
      this.number = number;
      this.author = author;
      this.fork = fork;
      this.branch = branch;
      this.title = title;
      this.sha = "";
    }
  }

  static final class Said {
    final long id;
    final int number;
    final String author;
    final Instant at;
    final List<String> reactions = new ArrayList<>();
    String text;
    Instant updated;

    Said(long id, int number, String author, String text, Instant at) {
      this.id = id;
      this.number = number;
      this.author = author;
      this.text = text;
      this.at = at;
      this.updated = at;
    }
  }

  /// @param conclusion empty while it is under way
  record CheckRun(
      long id, String name, String sha, String status, String conclusion, String title) {}

  record Review(
      long id, int number, String person, String sha, String state, String text, Instant at) {}

  /// @param state of its newest status; empty before it has one
  record Deployed(long id, String sha, String task, String environment, String state, String url) {}

  public String path() {
    return path;
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  /// Commits a file on a branch, which is made from `main` when it is not there.
  public String commit(String branch, String file, String text) {
    synchronized (hub) {
      switchTo(branch);
      var sha = write(file, text);
      work.run("push", "-q", "-f", "origin", "HEAD:refs/heads/" + branch);
      moved(Optional.empty(), branch, sha);
      tell("push");
      return sha;
    }
  }

  private void switchTo(String branch) {
    var isThere = !work.run("for-each-ref", "refs/heads/" + branch).isEmpty();
    var isEmpty = work.run("for-each-ref").isEmpty();
    if (!isEmpty) {
      work.run("checkout", "-q", isThere ? branch : "-B" + branch, isThere ? "--" : "main");
    }
  }

  private String write(String file, String text) {
    work.write(file, text).run("add", "-A");
    work.run("commit", "-q", "--allow-empty", "-m", "Change " + file);
    return work.run("rev-parse", "HEAD");
  }

  private void moved(Optional<String> fork, String branch, String sha) {
    for (var pull : pulls.values()) {
      if (pull.isOpen && pull.fork.equals(fork) && pull.branch.equals(branch)) {
        work.run("push", "-q", "-f", "origin", "%s:refs/pull/%d/head".formatted(sha, pull.number));
        pull.sha = sha;
        pull.updated = now();
        tell("pull_request");
      }
    }
  }

  /// Opens a pull request for a branch that is there.
  ///
  /// @return its number
  public int open(String author, String branch, String title) {
    return open(new Pull(nextNumber(), author, Optional.empty(), branch, title));
  }

  /// Opens one of a fork, with one commit.
  public int openFork(String owner, String branch, String file, String text) {
    synchronized (hub) {
      work.run("checkout", "-q", "-B", "fork/" + owner + "/" + branch, "main");
      write(file, text);
    }
    return open(new Pull(nextNumber(), owner, Optional.of(owner), branch, "Of " + owner));
  }

  /// Pushes one more commit to the branch of a fork.
  public void pushFork(int number, String file, String text) {
    synchronized (hub) {
      var pull = pull(number);
      work.run("checkout", "-q", "fork/%s/%s".formatted(pull.fork.orElseThrow(), pull.branch));
      moved(pull.fork, pull.branch, write(file, text));
    }
  }

  /// The newest commit of a pull request.
  public String head(int number) {
    return pull(number).sha;
  }

  private int nextNumber() {
    synchronized (hub) {
      return ++numbers;
    }
  }

  private int open(Pull pull) {
    synchronized (hub) {
      var ref = pull.fork.map(owner -> "fork/%s/".formatted(owner)).orElse("") + pull.branch;
      pulls.put(pull.number, pull);
      moved(pull.fork, pull.branch, work.run("rev-parse", ref));
      return pull.number;
    }
  }

  /// A review of the newest commit.
  ///
  /// @return its id
  public String review(int number, String person, boolean approves, String text) {
    var id = hub.ids.incrementAndGet();
    var state = approves ? "APPROVED" : "COMMENTED";
    change(
        number,
        () -> reviews.add(new Review(id, number, person, pull(number).sha, state, text, now())));
    return Long.toString(id);
  }

  /// The commits of refs that begin like this, by their names.
  Map<String, String> refs(String start) {
    var all = new TreeMap<String, String>();
    for (var line : work.run("ls-remote", "origin").lines().toList()) {
      var name = line.replaceFirst(".*\t", "");
      if (name.startsWith(start)) {
        all.put(name, line.substring(0, line.indexOf('\t')));
      }
    }
    return all;
  }

  /// Puts a pull request into the merge queue.
  ///
  /// @return the commit that the queue made for it
  public String queue(int number) {
    synchronized (hub) {
      work.run("checkout", "-q", "-B", "queue", pull(number).sha);
      var sha = write("queued", "pull request " + number);
      var ref = "refs/heads/gh-readonly-queue/main/pr-%d-%s".formatted(number, sha("main"));
      work.run("push", "-q", "-f", "origin", sha + ":" + ref);
      tell("merge_group");
      return sha;
    }
  }

  /// @return empty when there is no such branch
  String sha(String branch) {
    return work.run("for-each-ref", "--format=%(objectname)", "refs/heads/" + branch);
  }

  Pull pull(int number) {
    return Objects.requireNonNull(pulls.get(number));
  }

  private void change(int number, Runnable change) {
    synchronized (hub) {
      change.run();
      pull(number).updated = now();
    }
    tell("pull_request");
  }

  public void close(int number) {
    change(number, () -> pull(number).isOpen = false);
  }

  public void reopen(int number) {
    change(number, () -> pull(number).isOpen = true);
  }

  public void label(int number, String label) {
    change(number, () -> pull(number).labels.add(label));
  }

  public void unlabel(int number, String label) {
    change(number, () -> pull(number).labels.remove(label));
  }

  public void title(int number, String title) {
    change(number, () -> pull(number).title = title);
  }

  public void draft(int number, boolean isDraft) {
    change(number, () -> pull(number).isDraft = isDraft);
  }

  public void deleteBranch(String branch) {
    synchronized (hub) {
      work.run("checkout", "-q", "main");
      work.run("branch", "-D", branch);
      work.run("push", "-q", "origin", ":refs/heads/" + branch);
    }
  }

  /// @param permission such as `write`
  public void admit(String person, String permission) {
    synchronized (hub) {
      people.put(person, permission);
    }
  }

  public void archive(boolean isArchived) {
    this.isArchived = isArchived;
  }

  /// Answers with redirects from now on.
  public void rename(String path) {
    renamed = Optional.of(path);
  }

  /// @return the id of the comment
  public String say(int number, String person, String text) {
    synchronized (hub) {
      var said = new Said(hub.ids.incrementAndGet(), number, person, text, now());
      comments.put(said.id, said);
      Optional.ofNullable(pulls.get(number)).ifPresent(pull -> pull.updated = now());
      hub.tell("issue_comment", body -> described(body, said));
      return Long.toString(said.id);
    }
  }

  public void edit(String comment, String text) {
    synchronized (hub) {
      var said = Objects.requireNonNull(comments.get(Long.parseLong(comment)));
      said.text = text;
      said.updated = now();
    }
  }

  public void delete(String comment) {
    synchronized (hub) {
      comments.remove(Long.parseLong(comment));
    }
  }

  /// The comments at a pull request, in order.
  public List<String> seen(int number) {
    synchronized (hub) {
      return comments.values().stream()
          .filter(said -> said.number == number)
          .map(said -> said.text)
          .toList();
    }
  }

  public List<String> reactions(String comment) {
    synchronized (hub) {
      return List.copyOf(Objects.requireNonNull(comments.get(Long.parseLong(comment))).reactions);
    }
  }

  /// The conclusion or else the status of the newest check run of each name.
  public Map<String, String> checks(String commit) {
    synchronized (hub) {
      var all = new LinkedHashMap<String, String>();
      for (var run : checks.values()) {
        if (run.sha().equals(commit)) {
          all.put(run.name(), run.conclusion().isEmpty() ? run.status() : run.conclusion());
        }
      }
      return all;
    }
  }

  /// The deployments that are listed, as `commit state url`, by their task.
  public Map<String, String> deployments() {
    synchronized (hub) {
      var all = new LinkedHashMap<String, String>();
      for (var each : deployments.values()) {
        all.put(each.task(), "%s %s %s".formatted(each.sha(), each.state(), each.url()).strip());
      }
      return all;
    }
  }

  private void described(ObjectNode body, Said said) {
    body.withObject("/repository").put("full_name", path);
    body.withObject("/sender").put("type", said.author.endsWith("[bot]") ? "Bot" : "User");
    if (pulls.containsKey(said.number)) {
      body.withObject("/issue/pull_request").put("url", "https://api.github.com");
    }
  }

  /// Presses "Re-run" at a check.
  public void rerun(String sha, String check, String person) {
    hub.tell(
        "check_run",
        body -> {
          body.put("action", "rerequested").withObject("/sender").put("login", person);
          body.withObject("/sender").put("type", "User");
          body.withObject("/check_run").put("name", check).put("head_sha", sha);
          body.withObject("/repository").put("full_name", path);
        });
  }

  private void tell(String event) {
    hub.tell(event, body -> body.withObject("/repository").put("full_name", path));
  }
}

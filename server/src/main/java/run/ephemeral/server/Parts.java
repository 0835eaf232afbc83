package run.ephemeral.server;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import run.ephemeral.codehost.github.GitHubAccess;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.core.data.Databases;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.gateway.Reception;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.spec.SpecReader;
import run.ephemeral.reconciler.CommandHandler;
import run.ephemeral.reconciler.Following;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.reconciler.WorkingTrees;

/// CDI producers for the constructor arguments of the API's classes. The control plane starts in
/// parallel with Quarkus: injecting a part of it blocks until it has started.
@Singleton
final class Parts {
  @Produces
  @Singleton
  CompletableFuture<ControlPlane> starting() {
    return ControlPlane.starting();
  }

  @Produces
  @Singleton
  ControlPlane plane() {
    return ControlPlane.current();
  }

  @Produces
  @Singleton
  Wiring wiring(ControlPlane plane) {
    return plane.wiring();
  }

  @Produces
  @Singleton
  Environments environments(Wiring wiring) {
    return wiring.environments();
  }

  @Produces
  @Singleton
  Apps apps(Wiring wiring) {
    return wiring.apps();
  }

  @Produces
  @Singleton
  Events events(Wiring wiring) {
    return wiring.events();
  }

  @Produces
  @Singleton
  Reconciler reconciler(Wiring wiring) {
    return wiring.reconciler();
  }

  @Produces
  @Singleton
  Following following(Wiring wiring) {
    return wiring.following();
  }

  @Produces
  @Singleton
  WorkingTrees workingTrees(Wiring wiring) {
    return wiring.workingTrees();
  }

  @Produces
  @Singleton
  CommandHandler commands(Wiring wiring) {
    return wiring.commands();
  }

  @Produces
  @Singleton
  ClusterAdmin clusters(Wiring wiring) {
    return wiring.clusters().admin();
  }

  @Produces
  @Singleton
  CodeHostAdmin codeHosts(Wiring wiring) {
    return wiring.codeHosts().admin();
  }

  @Produces
  @Singleton
  Inspections inspections(Wiring wiring) {
    return wiring.inspections();
  }

  @Produces
  @Singleton
  Passages passages(Wiring wiring) {
    return wiring.passages();
  }

  @Produces
  @Singleton
  Pushes pushes(Wiring wiring) {
    return wiring.clusters().pushes();
  }

  @Produces
  @Singleton
  Databases databases(Wiring wiring) {
    return wiring.databases();
  }

  @Produces
  @Singleton
  GitHubAccess gitHub(Wiring wiring) {
    return wiring.codeHosts().gitHub();
  }

  @Produces
  @Singleton
  HookReceiver hooks(Wiring wiring) {
    return wiring.codeHosts().hooks();
  }

  @Produces
  @Singleton
  Pipelines pipelines(Wiring wiring) {
    return wiring.pipelines();
  }

  @Produces
  @Singleton
  Reception reception(Wiring wiring) {
    return wiring.reception();
  }

  @Produces
  @Singleton
  Domain domain(Wiring wiring) {
    return wiring.domain();
  }

  @Produces
  @Singleton
  SpecReader specs(Wiring wiring) {
    return wiring.specs();
  }

  @Produces
  @Singleton
  Sentences sentences() {
    return Sentences.ENGLISH;
  }

  @Produces
  @Singleton
  Hub hub(Wiring wiring) {
    return wiring.hub();
  }
}

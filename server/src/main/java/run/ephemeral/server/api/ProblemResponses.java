package run.ephemeral.server.api;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;

/// Adds the problem response to the OpenAPI description of every operation.
public final class ProblemResponses implements OASFilter {
  @Override
  public Operation filterOperation(Operation operation) {
    operation.getResponses().removeAPIResponse("400");
    operation.getResponses().removeAPIResponse("404");
    var content =
        OASFactory.createContent()
            .addMediaType(
                "application/problem+json",
                OASFactory.createMediaType()
                    .schema(OASFactory.createSchema().ref("#/components/schemas/Problem")));
    operation
        .getResponses()
        .setDefaultValue(
            OASFactory.createAPIResponse()
                .description("What went wrong, and what to do next (RFC 9457)")
                .content(content));
    return operation;
  }

  @Override
  public void filterOpenAPI(OpenAPI api) {
    var problem =
        OASFactory.createSchema()
            .addType(Schema.SchemaType.OBJECT)
            .addProperty("type", text())
            .addProperty("title", text())
            .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
            .addProperty("detail", text())
            .addProperty("kind", text());
    api.getComponents().addSchema("Problem", problem);
  }

  private static Schema text() {
    return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
  }
}

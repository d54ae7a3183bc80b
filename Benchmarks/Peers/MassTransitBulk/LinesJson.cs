using System.Text.Json.Serialization;
using Infrastructure.Postgres;

namespace MassTransitBulk;

/// <summary>The lines of an order as column <c>lines</c> has them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(List<OrderRowLine>))]
internal sealed partial class LinesJson : JsonSerializerContext;

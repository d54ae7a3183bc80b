using System.Text.Json;
using System.Text.Json.Serialization;

namespace Contracts;

/// <summary>
/// The one way an order becomes JSON and back, source-generated. Reading is strict: members that are unknown, missing, null or
/// named twice are a <see cref="JsonException"/>, and so are nesting beyond <see cref="OrderRules.MaxDepth"/>, a time without an offset
/// and a number that a <see cref="decimal"/> cannot hold exactly.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = OrderRules.MaxDepth,
    Converters = [typeof(InstantConverter), typeof(ExactDecimalConverter)])]
[JsonSerializable(typeof(OrderSubmitted))]
public sealed partial class OrderJson : JsonSerializerContext;

using System.Text.Json;
using Contracts;

namespace UnitTests.Support;

/// <summary>The reading that everybody understands, against which the fast one is held: framework, converter, validator.</summary>
internal static class PlainReading
{
    /// <summary>The order, or <see langword="null"/> when it is refused.</summary>
    public static OrderSubmitted? Of(byte[] body)
    {
        if (body.Length > OrderRules.MaxBodyBytes)
        {
            return null;
        }

        try
        {
            var order = JsonSerializer.Deserialize(body, OrderJson.Default.OrderSubmitted);
            return order is null || OrderValidator.Check(order) is not null ? null : order;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

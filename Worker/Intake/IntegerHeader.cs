using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>A header that holds a whole number.</summary>
internal static class IntegerHeader
{
    /// <summary>Its value, or <see langword="null"/> without a header that can be read.</summary>
    public static long? Of(IReadOnlyBasicProperties properties, string name)
    {
        if (properties.Headers is not { } headers || !headers.TryGetValue(name, out var value))
        {
            return null;
        }

        return value switch
        {
            long number => number,
            int number => number,
            _ => null,
        };
    }
}

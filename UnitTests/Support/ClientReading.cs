using RabbitMQ.Client;

namespace UnitTests.Support;

/// <summary>What the client reads in headers.</summary>
internal static class ClientReading
{
    /// <summary>A header that holds a whole number of one of the two usual sizes.</summary>
    public static long? Integer(IReadOnlyBasicProperties properties, string name)
    {
        object? value = null;
        properties.Headers?.TryGetValue(name, out value);
        return value switch
        {
            long number => number,
            int number => number,
            _ => null,
        };
    }
}

namespace IntegrationTests.Stack;

/// <summary>What a network that can be spoiled may wait for.</summary>
internal static class WireBytes
{
    /// <summary>basic.ack on channel 1, up to the tag: a method of 13 bytes.</summary>
    public static readonly byte[] Acknowledgement = [1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 80];

    /// <summary>
    /// The message that ends a COPY: what follows it is the commit. What comes before depends on the batch: its rows, or an empty piece.
    /// </summary>
    public static readonly byte[] EndOfCopy = [(byte)'c', 0, 0, 0, 4];

    /// <summary>A method of AMQP by its name, on any channel.</summary>
    public static byte[] Method(string name) => name switch
    {
        "channel.open" => [0, 20, 0, 10],
        "queue.declare" => [0, 50, 0, 10],
        "basic.qos" => [0, 60, 0, 10],
        "basic.consume" => [0, 60, 0, 20],
        "basic.cancel" => [0, 60, 0, 30],
        "basic.get" => [0, 60, 0, 70],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no test has needed it so far"),
    };
}

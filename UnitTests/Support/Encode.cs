using RabbitMQ.Client;

namespace UnitTests.Support;

/// <summary>What the client would put on the wire.</summary>
internal static class Encode
{
    public static byte[] Properties(BasicProperties properties)
    {
        var writable = (IAmqpWriteable)properties;
        var bytes = new byte[writable.GetRequiredBufferSize()];
        writable.WriteTo(bytes);
        return bytes;
    }
}

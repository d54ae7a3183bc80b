using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>Publishes with properties that no client would write.</summary>
internal sealed class RawPublisher : IAsyncDisposable
{
    private readonly TopologyNames _names;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private int _returned;

    private RawPublisher(TopologyNames names, IConnection connection, IChannel channel)
    {
        _names = names;
        _connection = connection;
        _channel = channel;
        channel.BasicReturnAsync += (_, _) =>
        {
            Interlocked.Increment(ref _returned);
            return Task.CompletedTask;
        };
    }

    /// <summary>Messages that the broker has returned.</summary>
    public int Returned => Volatile.Read(ref _returned);

    public static async Task<RawPublisher> OpenAsync(Pipeline pipeline) => await OpenAsync(await pipeline.ConnectAsync(), pipeline.Names);

    /// <summary>Over a connection that is closed with it.</summary>
    public static async Task<RawPublisher> OpenAsync(IConnection connection, TopologyNames names) =>

        // With confirms the client would add a header, and for that write properties of its own.
        new(names, connection, await connection.CreateChannelAsync(new CreateChannelOptions(false, false)));

    /// <summary>Publishes and waits until the broker has understood it.</summary>
    /// <param name="properties">As AMQP encodes them, flags first.</param>
    /// <param name="body">The message.</param>
    /// <param name="exchange">Where; the pipeline's own when it is left out.</param>
    public async Task PublishAsync(byte[] properties, byte[] body, string? exchange = null)
    {
        await _channel.BasicPublishAsync(exchange ?? _names.Exchange, "", mandatory: true, new Encoded(properties), body);
        await _channel.MessageCountAsync(_names.Queue);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // The client asks for nothing but the bytes.
    private readonly struct Encoded(byte[] bytes) : IReadOnlyBasicProperties, IAmqpHeader
    {
        private const ushort Basic = 60;

        ushort IAmqpHeader.ProtocolClassId => Basic;

        string? IReadOnlyBasicProperties.AppId => null;

        string? IReadOnlyBasicProperties.ClusterId => null;

        string? IReadOnlyBasicProperties.ContentEncoding => null;

        string? IReadOnlyBasicProperties.ContentType => null;

        string? IReadOnlyBasicProperties.CorrelationId => null;

        DeliveryModes IReadOnlyBasicProperties.DeliveryMode => default;

        string? IReadOnlyBasicProperties.Expiration => null;

        IDictionary<string, object?>? IReadOnlyBasicProperties.Headers => null;

        string? IReadOnlyBasicProperties.MessageId => null;

        bool IReadOnlyBasicProperties.Persistent => false;

        byte IReadOnlyBasicProperties.Priority => 0;

        string? IReadOnlyBasicProperties.ReplyTo => null;

        PublicationAddress? IReadOnlyBasicProperties.ReplyToAddress => null;

        AmqpTimestamp IReadOnlyBasicProperties.Timestamp => default;

        string? IReadOnlyBasicProperties.Type => null;

        string? IReadOnlyBasicProperties.UserId => null;

        bool IReadOnlyBasicProperties.IsAppIdPresent() => false;

        bool IReadOnlyBasicProperties.IsClusterIdPresent() => false;

        bool IReadOnlyBasicProperties.IsContentEncodingPresent() => false;

        bool IReadOnlyBasicProperties.IsContentTypePresent() => false;

        bool IReadOnlyBasicProperties.IsCorrelationIdPresent() => false;

        bool IReadOnlyBasicProperties.IsDeliveryModePresent() => false;

        bool IReadOnlyBasicProperties.IsExpirationPresent() => false;

        bool IReadOnlyBasicProperties.IsHeadersPresent() => false;

        bool IReadOnlyBasicProperties.IsMessageIdPresent() => false;

        bool IReadOnlyBasicProperties.IsPriorityPresent() => false;

        bool IReadOnlyBasicProperties.IsReplyToPresent() => false;

        bool IReadOnlyBasicProperties.IsTimestampPresent() => false;

        bool IReadOnlyBasicProperties.IsTypePresent() => false;

        bool IReadOnlyBasicProperties.IsUserIdPresent() => false;

        int IAmqpWriteable.GetRequiredBufferSize() => bytes.Length;

        int IAmqpWriteable.WriteTo(Span<byte> span)
        {
            bytes.CopyTo(span);
            return bytes.Length;
        }
    }
}

using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>
/// One connection with one channel and one consumer: a lane's side of the broker. It never publishes, because a broker that blocks
/// publishers would then hold back its acknowledgements too.
/// </summary>
internal sealed class RabbitDeliveryChannel : IDeliveryChannel
{
    // Repeated in every delivery's frame, so short.
    private const string ConsumerTag = "w";

    // Nothing depends on the answer: after the close of the handover nothing is taken in.
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly DeliveryTap _tap;

    private RabbitDeliveryChannel(IConnection connection, IChannel channel, DeliveryTap tap)
    {
        _connection = connection;
        _channel = channel;
        _tap = tap;
    }

    /// <summary>Connects, declares the topology and asks for the prefetch. Nothing is delivered before <see cref="ConsumeAsync"/>.</summary>
    public static async Task<IDeliveryChannel> OpenAsync(
        RabbitMqConnector connector, string name, int prefetch, TimeProvider time, CancellationToken cancellationToken)
    {
        var tap = new DeliveryTap(time);
        var connection = await connector.OpenAsync(name, cancellationToken, tap);
        try
        {
            // One callback at a time: deliveries enter the batch in tag order, which is what makes a cumulative ack exact.
            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(false, false, consumerDispatchConcurrency: 1), cancellationToken);
            await RabbitMqTopology.DeclareAsync(channel, connector.Names, cancellationToken);
            await channel.BasicQosAsync(prefetchSize: 0, (ushort)prefetch, global: false, cancellationToken);
            return new RabbitDeliveryChannel(connection, channel, tap);
        }
        catch
        {
            await connection.CloseBrieflyAsync();
            throw;
        }
    }

    public async Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken)
    {
        // Besides the consumer's own notice: a channel that dies before the consumer is registered has no one else to tell.
        _channel.ChannelShutdownAsync += (_, reason) => session.HandleChannelShutdownAsync(_channel, reason);
        _tap.Attach(_channel.ChannelNumber, session.Receiver);
        await _channel.BasicConsumeAsync(
            queue, autoAck: false, ConsumerTag, noLocal: false, exclusive: false, arguments: null, session, cancellationToken);
    }

    public ValueTask AckThroughAsync(ulong lastTag) => _channel.BasicAckAsync(lastTag, multiple: true);

    public async Task CancelConsumerAsync()
    {
        try
        {
            await _channel.BasicCancelAsync(ConsumerTag).WaitAsync(GoodbyeTimeout);
        }
        catch (Exception)
        {
            // The channel is gone or the broker silent; either way nothing that still arrives is taken in.
        }
    }

    public async Task HandBackAsync()
    {
        try
        {
            // Tag 0 is all of them. Closing the connection would return them too, but a newer broker counts that as a failed delivery.
            await _channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true);
        }
        catch (Exception)
        {
            // The channel is gone, and they went back with it.
        }
    }

    public async ValueTask DisposeAsync() => await _connection.CloseBrieflyAsync();
}

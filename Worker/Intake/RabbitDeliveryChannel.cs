using System.Globalization;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Worker.Intake;

/// <summary>
/// One connection with one channel and at most one consumer: a lane's or the dead queue's side of the broker. It never publishes, because a broker that blocks
/// publishers would then hold back its acknowledgements too.
/// </summary>
/// <remarks>
/// The client heeds a token until its request is sent, and then waits 20 s for the answer. That would be longer than the worker has to stop, so each
/// request is waited for here as well. What becomes of one that is given up does not matter: the connection is closed next.
/// </remarks>
internal sealed class RabbitDeliveryChannel : IDeliveryChannel
{
    private const int FirstToCarryCounts = 4;

    // For a worker that stops. Nothing depends on the answer to its cancellation: after the close of the handover nothing is taken in.
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly DeliveryReader _reader;
    private int _consumers;
    private FetchedDelivery? _fetched;

    private RabbitDeliveryChannel(IConnection connection, IChannel channel, DeliveryReader reader)
    {
        _connection = connection;
        _channel = channel;
        _reader = reader;
        CarriesCounts = BrokerVersion.Parse(BrokerVersion.Of(connection))?.Major >= FirstToCarryCounts;
    }

    /// <summary>Connects, declares the topology and asks for the prefetch. Nothing is delivered before <see cref="ConsumeAsync"/>.</summary>
    public static async Task<IDeliveryChannel> OpenAsync(
        RabbitMqConnector connector, string name, int prefetch, TimeProvider time, CancellationToken cancellationToken)
    {
        var reader = new DeliveryReader(time);
        var connection = await connector.OpenAsync(name, cancellationToken, reader);
        try
        {
            await RabbitMqTopology.EnsureAsync(connection, connector.Names, cancellationToken);

            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(false, false), cancellationToken).WaitAsync(cancellationToken);
            await channel.BasicQosAsync(prefetchSize: 0, (ushort)prefetch, global: false, cancellationToken).WaitAsync(cancellationToken);
            return new RabbitDeliveryChannel(connection, channel, reader);
        }
        catch
        {
            await connection.CloseBrieflyAsync();
            throw;
        }
    }

    public bool CarriesCounts { get; }

    // Repeated in every delivery's frame, so short. Another one each time: a broker may end the channel (541) over a tag that is used again while what
    // came under it is not acknowledged.
    private string ConsumerTag => _consumers == 1 ? "w" : string.Create(CultureInfo.InvariantCulture, $"w{_consumers}");

    public async Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken)
    {
        if (_consumers++ == 0)
        {
            // Besides the consumer's own notice: a channel that dies without a consumer has no one else to tell.
            _channel.ChannelShutdownAsync += (_, reason) => session.HandleChannelShutdownAsync(_channel, reason);
            _reader.Attach(_channel.ChannelNumber, session.Receiver);
        }

        await _channel.BasicConsumeAsync(
            queue, autoAck: false, ConsumerTag, noLocal: false, exclusive: false, arguments: null, session, cancellationToken).WaitAsync(cancellationToken);
    }

    public ValueTask AckThroughAsync(ulong lastTag) => _channel.BasicAckAsync(lastTag, multiple: true);

    public ValueTask RejectAsync(ulong tag) => _channel.BasicRejectAsync(tag, requeue: false);

    public async Task<Delivery?> FetchAsync(string queue, CancellationToken cancellationToken)
    {
        if (_fetched is null)
        {
            _fetched = new FetchedDelivery();
            _reader.Attach(_channel.ChannelNumber, _fetched);
        }

        // Asked first, because a quorum queue writes down even what is fetched in vain.
        if (await _channel.MessageCountAsync(queue, cancellationToken).WaitAsync(cancellationToken) == 0
            || await AnsweredAsync(_channel.BasicGetAsync(queue, autoAck: false, cancellationToken), cancellationToken) is null)
        {
            return null;
        }

        return _fetched.Take();
    }

    public Task PauseConsumerAsync(CancellationToken cancellationToken) =>
        _channel.BasicCancelAsync(ConsumerTag, cancellationToken: cancellationToken).WaitAsync(cancellationToken);

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

    // A message that is on its way is better taken: if it comes back, that counts as a trial in vain.
    private static async Task<TAnswer> AnsweredAsync<TAnswer>(Task<TAnswer> answer, CancellationToken stop)
    {
        try
        {
            return await answer.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await answer.WaitAsync(GoodbyeTimeout, CancellationToken.None);
        }
    }
}

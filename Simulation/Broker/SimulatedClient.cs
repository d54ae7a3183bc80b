using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client.Events;
using Simulation.Engine;
using Worker.Intake;

namespace Simulation.Broker;

/// <summary>
/// What the connection does between the wire and a session: one loop reads and offers each delivery to the session's receiver, another one
/// tells the consumer that it is cancelled. The memory of a delivery that was lent is used again as soon as the receiver has answered.
/// </summary>
/// <param name="world">Is told of what goes wrong.</param>
/// <param name="name">The channel's.</param>
/// <param name="maxBatch">Messages that a batch of the session takes.</param>
/// <param name="session">Who consumes.</param>
internal sealed class SimulatedClient(World world, string name, int maxBatch, LaneSession session)
{
    private const byte Scribble = 0xEE;
    private const string ConsumerTag = "w";

    // What has arrived and was not looked at, and the calls of the consumer. Null: the answer that it is cancelled.
    private readonly Queue<Handed?> _socket = [];
    private readonly Queue<Handed?> _callbacks = [];
    private readonly AsyncSignal _arrived = new();
    private readonly AsyncSignal _called = new();
    private bool _isClosed;

    public void Start()
    {
        _ = LoopAsync(_socket, _arrived, ReceiveAsync);
        _ = LoopAsync(_callbacks, _called, CancelledAsync);
    }

    /// <summary>Something comes off the wire.</summary>
    public void Arrive(Handed? received)
    {
        _socket.Enqueue(received);
        _arrived.Set();
    }

    /// <summary>The broker has cancelled the consumer by itself.</summary>
    public void Cancelled() => session.HandleBasicCancelAsync(ConsumerTag);

    /// <summary>The connection is known to be lost.</summary>
    public void Lost(ShutdownEventArgs reason)
    {
        Close();
        session.HandleChannelShutdownAsync(this, reason);
    }

    /// <summary>Nothing is received or called any more.</summary>
    public void Close()
    {
        _isClosed = true;
        _arrived.Set();
        _called.Set();
    }

    private async Task LoopAsync(Queue<Handed?> queue, AsyncSignal filled, Func<Handed?, Task> act)
    {
        try
        {
            while (!_isClosed)
            {
                if (queue.TryDequeue(out var received))
                {
                    await act(received);
                }
                else
                {
                    await filled.WaitAsync(CancellationToken.None);
                }
            }
        }
        catch (Exception unforeseen)
        {
            world.Report($"{name}: {unforeseen}");
        }
    }

    private async Task ReceiveAsync(Handed? received)
    {
        if (received is not { } handed)
        {
            _callbacks.Enqueue(null);
            _called.Set();
            return;
        }

        while (!await IsTakenAsync(handed))
        {
            // The lane holds as much as it may.
            world.Note(name, "tag {0} is offered again", (long)handed.Tag);
        }

        // Its two batches hold no more.
        if (session.InFlight > 2 * maxBatch)
        {
            world.Note(name, "tag {0} waits in the overflow", (long)handed.Tag);
        }
    }

    private async Task<bool> IsTakenAsync(Handed handed)
    {
        var body = handed.Message.Body.ToArray();
        var properties = handed.EncodedProperties;
        var isTaken = await session.Receiver.TakeAsync(
            new ReceivedDelivery(handed.Tag, handed.Redelivered, SimulatedChannel.Exchange, properties, body, IsLent: true));
        Array.Fill(body, Scribble);
        Array.Fill(properties, Scribble);
        return isTaken;
    }

    private Task CancelledAsync(Handed? answer) => session.HandleBasicCancelOkAsync(ConsumerTag);
}

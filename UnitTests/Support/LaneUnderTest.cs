using Contracts;
using Infrastructure.RabbitMq.Receiving;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Support;

/// <summary>A session with its writer, between a broker and a database that are both in the test's hand.</summary>
internal sealed class LaneUnderTest : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Func<bool>> _isDurable = [];
    private readonly CancellationTokenSource _abort = new();
    private ulong _lastTag;

    public LaneUnderTest(int maxBatch = 100, int maxBytes = 4 * 1024 * 1024, bool isInAHurry = false, BatchTelemetry? telemetry = null)
    {
        Time = new RecordingTimeProvider { IsInAHurry = isInAHurry };
        Counters = new IntakeCounters(Time);
        Channel = new FakeDeliveryChannel(IsDurable) { LastDelivered = () => Volatile.Read(ref _lastTag) };
        var writer = new BatchWriter(Store, new WriteBreaker(Time, new Random(1)), TimeSpan.FromMinutes(5), new LogBudget(8, Time), Time, NullLogger.Instance, "lane");
        Session = new LaneSession(NewBatch(), NewBatch(), writer, Counters, TimeSpan.Zero, IntakeTime, telemetry);
        Writing = Session.WriteBatchesAsync(Channel, _abort.Token);

        OrderBatch NewBatch() => new(maxBatch, maxBytes, telemetry is null ? null : new BatchLinks());
    }

    /// <summary>The writer's clock.</summary>
    public RecordingTimeProvider Time { get; }

    /// <summary>The clock of whoever waits for room in a batch.</summary>
    public FakeTimeProvider IntakeTime { get; } = new();

    public FakeOrderStore Store { get; } = new();

    public FakeDeliveryChannel Channel { get; }

    public IntakeCounters Counters { get; }

    public LaneSession Session { get; }

    /// <summary>Ends with the session's write loop.</summary>
    public Task Writing { get; }

    /// <summary>Ends when there is no point in going on: misuse, a lost session, a write loop that ended.</summary>
    public Task Trouble => Task.WhenAny(Store.Misused, Session.Lost, Writing);

    public Task DeliverAsync(OrderSubmitted order, bool redelivered = false) => DeliverAsync(Some.Body(order), redelivered);

    /// <summary>
    /// One delivery, as a connection brings it. What it lies in is scribbled over afterwards, as the memory is used again.
    /// </summary>
    public async Task DeliverAsync(byte[] body, bool redelivered = false, BasicProperties? properties = null, int faults = 0)
    {
        var tag = ++_lastTag;
        lock (_gate)
        {
            _isDurable[tag] = DurabilityOf(body);
        }

        var (lentBody, lentProperties) = (body.ToArray(), Encode.Properties(properties ?? Some.Properties()));
        var offered = new ReceivedDelivery(
            tag, redelivered, Some.Exchange, lentProperties, faults > 0 ? new UnreadableMemory(lentBody, faults).Memory : lentBody, IsLent: true);
        while (!await Session.Receiver.TakeAsync(offered))
        {
            // It holds as much as it may.
        }

        Array.Fill(lentBody, (byte)0xEE);
        Array.Fill(lentProperties, (byte)0xEE);
    }

    /// <summary>Delivers one order and waits until its write has begun and is held.</summary>
    public async Task OccupyWriterAsync()
    {
        Store.Hold();
        var begun = Store.Entered.Count;
        await DeliverAsync(Some.NewOrder());
        await Store.Entered.Reach(begun + 1);
    }

    /// <summary>The broker closes the channel.</summary>
    public Task LoseChannelAsync(string reason = "CONNECTION_FORCED")
    {
        Channel.Lose();
        return Session.HandleChannelShutdownAsync(Channel, new ShutdownEventArgs(ShutdownInitiator.Peer, 320, reason));
    }

    public void Abort() => _abort.Cancel();

    /// <summary>Stops, and waits until what was taken in is settled.</summary>
    public async Task StopAsync()
    {
        Session.Stop();
        await Writing.OrTooLate("the write loop did not end");
    }

    public void AssertNoMisuse()
    {
        Store.AssertNoMisuse();
        Channel.AssertNoMisuse();
    }

    public void Dispose() => _abort.Dispose();

    private bool IsDurable(ulong tag)
    {
        lock (_gate)
        {
            return _isDurable[tag]();
        }
    }

    // Stored as it is, or put aside as it is: a message that is neither must not be acknowledged.
    private Func<bool> DurabilityOf(byte[] body)
    {
        var decoded = DecodedBody.Of(body);
        return () => (decoded.Row is { } row && Store.Has(row.Order.OrderId, row.ContentHash)) || Store.HasDeadLetter(body);
    }
}

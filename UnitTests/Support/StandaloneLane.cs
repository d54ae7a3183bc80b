using Infrastructure.RabbitMq.Receiving;
using Microsoft.Extensions.Logging.Abstractions;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Support;

/// <summary>A whole lane that runs, on a fake clock, a fake store and channels that a test hands out.</summary>
internal sealed class StandaloneLane : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _running;
    private ulong _lastTag;

    public StandaloneLane()
    {
        Breaker = new WriteBreaker(Time, new Random(1));
        Counters = new IntakeCounters(Time);
        var lines = new LogBudget(8, Time);
        Lane = new Lane(
            "lane", "orders", _ => OpenAsync(), new BatchWriter(Store, Breaker, TimeSpan.FromDays(1), lines, Time, NullLogger.Instance, "lane", new Random(1)),
            new LaneWatchdog(TimeSpan.FromDays(1), Time), () => 0, lines, new IntakeOptions(), Counters, Time, NullLogger.Instance,
            new Random(1));
        _running = Lane.RunAsync(_stop.Token, _abort.Token);
    }

    public RecordingTimeProvider Time { get; } = new();

    public FakeOrderStore Store { get; } = new();

    public WriteBreaker Breaker { get; }

    public IntakeCounters Counters { get; }

    public Lane Lane { get; }

    /// <summary>The channel of the sessions.</summary>
    public SessionChannel Channel { get; } = new();

    /// <summary>What opening a channel does before there is one.</summary>
    public Func<Task> BeforeOpening { get; set; } = () => Task.CompletedTask;

    /// <summary>Channels asked for.</summary>
    public Milestone Opened { get; } = new();

    /// <summary>Once it has a session, whose watch then sets the first timer.</summary>
    public Task ConnectedAsync() => Time.TimersSet.Reach(1);

    /// <summary>Once it waits for the next attempt, whatever it attempts.</summary>
    /// <param name="times">How often it has waited since the first session began.</param>
    public Task WaitsAsync(int times) => Time.TimersSet.Reach(1 + times);

    public async Task DeliverAsync() => Assert.True(await Channel.Session!.Receiver.TakeAsync(new ReceivedDelivery(
        ++_lastTag, Redelivered: false, Some.Exchange, Encode.Properties(Some.Properties()), Some.Body(Some.NewOrder()), IsLent: true)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _abort.CancelAsync();
        await _running.OrTooLate();
    }

    private async Task<IDeliveryChannel> OpenAsync()
    {
        Opened.Pass();
        await BeforeOpening();
        return Channel;
    }

    /// <summary>Remembers the session, and acknowledges when it may.</summary>
    internal sealed class SessionChannel : IDeliveryChannel
    {
        public LaneSession? Session { get; private set; }

        public bool CarriesCounts => false;

        /// <summary>Batches acknowledged.</summary>
        public Milestone Acked { get; } = new();

        public Task Acknowledging { get; set; } = Task.CompletedTask;

        public Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken)
        {
            Session = session;
            return Task.CompletedTask;
        }

        public async ValueTask AckThroughAsync(ulong lastTag)
        {
            Acked.Pass();
            await Acknowledging;
        }

        public ValueTask RejectAsync(ulong tag) => ValueTask.CompletedTask;

        public Task<Delivery?> FetchAsync(string queue, CancellationToken cancellationToken) => Task.FromResult<Delivery?>(null);

        public Task PauseConsumerAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CancelConsumerAsync() => Task.CompletedTask;

        public Task HandBackAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

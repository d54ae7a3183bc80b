using Microsoft.Extensions.Logging.Abstractions;
using UnitTests.Support;
using Worker.Operations.Systemd;

namespace UnitTests.Operations.Systemd;

/// <summary>What systemd is told, and when.</summary>
public sealed class ServiceNotifierTests : IAsyncDisposable
{
    private const string Idle = "STATUS=consuming, 0 orders/s, 0 in flight, breaker closed";
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(5);

    private readonly StandaloneLane _lane = new();

    // Of its own: the lane's counts the lane's timers.
    private readonly RecordingTimeProvider _time = new();

    public ValueTask DisposeAsync() => _lane.DisposeAsync();

    [Fact]
    public async Task The_manager_hears_that_the_worker_is_up_and_alive_and_that_it_stops()
    {
        var manager = new FakeServiceManager();
        using var notifier = Notifier(manager, Watchdog);
        await _lane.ConnectedAsync();

        await notifier.StartAsync(CancellationToken.None);
        await notifier.StartedAsync(CancellationToken.None);
        Assert.Equal(["READY=1", Idle], await manager.ReceiveAsync());

        for (var beat = 1; beat <= 3; beat++)
        {
            await BeatAsync(beat);
            Assert.Equal(["WATCHDOG=1", Idle], await manager.ReceiveAsync());
        }

        await notifier.StoppingAsync(CancellationToken.None);
        Assert.Equal(["STOPPING=1", Idle], await manager.ReceiveAsync());

        // The lanes drain now, and the watchdog still wants to be fed.
        await BeatAsync(4);
        Assert.Equal(["WATCHDOG=1", Idle], await manager.ReceiveAsync());
        await notifier.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Without_a_watchdog_only_the_status_is_sent()
    {
        var manager = new FakeServiceManager();
        using var notifier = Notifier(manager, watchdog: null);
        await _lane.ConnectedAsync();
        await notifier.StartAsync(CancellationToken.None);
        await notifier.StartedAsync(CancellationToken.None);
        Assert.Equal(["READY=1", Idle], await manager.ReceiveAsync());

        await BeatAsync(1);

        Assert.Equal([Idle], await manager.ReceiveAsync());
        await notifier.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_watchdog_goes_hungry_while_a_lane_is_stuck()
    {
        var manager = new FakeServiceManager();
        using var notifier = Notifier(manager, Watchdog);
        await _lane.ConnectedAsync();
        _lane.Store.Hold();
        await _lane.DeliverAsync();
        await _lane.Store.Entered.Reach(1);
        await notifier.StartAsync(CancellationToken.None);
        await notifier.StartedAsync(CancellationToken.None);
        Assert.StartsWith("READY=1", (await manager.ReceiveAsync())[0], StringComparison.Ordinal);

        for (var beat = 1; beat <= 2; beat++)
        {
            await BeatAsync(beat);
            Assert.StartsWith("WATCHDOG=1", (await manager.ReceiveAsync())[0], StringComparison.Ordinal);
        }

        _lane.Time.Advance(LongestStep);
        await BeatAsync(3);
        Assert.Equal(["STATUS=consuming, 0 orders/s, 1 in flight, breaker closed"], await manager.ReceiveAsync());

        _lane.Store.Release();
        await _lane.Channel.Acked.Reach(1);
        await BeatAsync(4);
        Assert.Equal("WATCHDOG=1", (await manager.ReceiveAsync())[0]);
        await notifier.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_manager_that_does_not_listen_disturbs_nobody()
    {
        using var notifier = Notifier(new FakeServiceManager { Listens = false }, Watchdog);
        await notifier.StartAsync(CancellationToken.None);
        await notifier.StartedAsync(CancellationToken.None);
        await BeatAsync(1);
        await BeatAsync(2);

        await notifier.StoppingAsync(CancellationToken.None);
        await notifier.StopAsync(CancellationToken.None);

        Assert.True(notifier.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_manager_that_reads_nothing_blocks_one_thread_and_not_the_worker()
    {
        var manager = new FakeServiceManager { Reads = false };
        using var notifier = Notifier(manager, Watchdog);
        await notifier.StartAsync(CancellationToken.None);

        await notifier.StartedAsync(CancellationToken.None).OrTooLate("the start waits");
        await notifier.StoppingAsync(CancellationToken.None).OrTooLate("the stop waits");
        await notifier.StopAsync(CancellationToken.None).OrTooLate("the stop waits");
        Assert.Equal(1, manager.Blocked);

        manager.ReadAgain();
        Assert.StartsWith("READY=1", (await manager.ReceiveAsync())[0], StringComparison.Ordinal);
    }

    private ServiceNotifier Notifier(FakeServiceManager manager, TimeSpan? watchdog) => new(
        manager, new WatchdogSettings(watchdog),
        new Vitals([_lane.Lane], () => null, _lane.Counters, _lane.Breaker, LongestStep, _lane.Time, NullLogger<Vitals>.Instance),
        _time, NullLogger<ServiceNotifier>.Instance);

    private async Task BeatAsync(int number)
    {
        await _time.TimersSet.Reach(number);
        _time.Advance(Watchdog / 2);
    }
}

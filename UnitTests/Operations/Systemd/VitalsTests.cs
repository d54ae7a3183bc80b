using Microsoft.Extensions.Logging.Abstractions;
using UnitTests.Support;
using Worker.Intake;
using Worker.Operations.Systemd;

namespace UnitTests.Operations.Systemd;

/// <summary>When a restart would help, and when not.</summary>
public sealed class VitalsTests : IAsyncDisposable
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(5);

    private readonly StandaloneLane _lane = new();
    private readonly Vitals _vitals;

    public VitalsTests()
    {
        _vitals = new Vitals([_lane.Lane], () => null, _lane.Counters, _lane.Breaker, LongestStep, _lane.Time, NullLogger<Vitals>.Instance);
    }

    public ValueTask DisposeAsync() => _lane.DisposeAsync();

    [Fact]
    public async Task A_worker_without_messages_is_alive()
    {
        await _lane.ConnectedAsync();

        for (var round = 1; round <= 10; round++)
        {
            Assert.False(_vitals.IsStuck());
            _lane.Time.Advance(LongestStep);
        }
    }

    [Fact]
    public async Task A_worker_that_stores_is_alive()
    {
        await _lane.ConnectedAsync();
        for (var batch = 1; batch <= 5; batch++)
        {
            await _lane.DeliverAsync();
            await _lane.Channel.Acked.Reach(batch);
            Assert.False(_vitals.IsStuck());
            _lane.Time.Advance(LongestStep);
        }
    }

    [Fact]
    public async Task A_worker_whose_database_is_away_holds_and_tries_and_is_alive()
    {
        await _lane.ConnectedAsync();
        _lane.Store.FaultOf = _ => StoreFault.Environment;
        await _lane.DeliverAsync();

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await _lane.WaitsAsync(attempt);
            Assert.Equal((1, false), (_lane.Lane.InFlight, _lane.Lane.OwesStep));
            Assert.False(_vitals.IsStuck(), $"after attempt {attempt}");
            _lane.Time.Advance(LongestStep);
        }
    }

    [Fact]
    public async Task A_worker_whose_broker_is_away_tries_and_is_alive()
    {
        await _lane.ConnectedAsync();
        _lane.BeforeOpening = () => throw new IOException("connection refused");
        _lane.Channel.Session!.Lose("the broker is gone");

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await _lane.WaitsAsync(attempt);
            Assert.Equal(LaneState.Reconnecting, _lane.Lane.State);
            Assert.False(_vitals.IsStuck(), $"after attempt {attempt}");
            _lane.Time.Advance(LongestStep);
        }
    }

    [Fact]
    public async Task A_write_that_neither_succeeds_nor_fails_is_stuck_until_it_does()
    {
        await _lane.ConnectedAsync();
        _lane.Store.Hold();
        await _lane.DeliverAsync();
        await _lane.Store.Entered.Reach(1);

        AssertBecomesStuck();

        _lane.Store.Release();
        await _lane.Channel.Acked.Reach(1);
        Assert.False(_vitals.IsStuck());
    }

    [Fact]
    public async Task A_trial_that_neither_succeeds_nor_fails_is_stuck_although_the_breaker_is_open()
    {
        await _lane.ConnectedAsync();
        _lane.Store.FaultOf = _ => StoreFault.Environment;
        await _lane.DeliverAsync();
        await _lane.WaitsAsync(1);
        _lane.Store.Hold();
        _lane.Time.Advance(LongestStep);
        await _lane.Store.Entered.Reach(2);

        AssertBecomesStuck();
        _lane.Store.Release();
    }

    [Fact]
    public async Task Messages_that_are_held_without_a_reason_are_stuck()
    {
        await _lane.ConnectedAsync();
        var acknowledging = new TaskCompletionSource();
        _lane.Channel.Acknowledging = acknowledging.Task;
        await _lane.DeliverAsync();
        await _lane.Channel.Acked.Reach(1);

        AssertBecomesStuck();
        acknowledging.SetResult();
    }

    [Fact]
    public async Task A_connection_attempt_without_an_end_is_stuck()
    {
        await _lane.ConnectedAsync();
        var opening = new TaskCompletionSource();
        _lane.BeforeOpening = () => opening.Task;
        _lane.Channel.Session!.Lose("the broker is gone");
        await _lane.WaitsAsync(1);
        _lane.Time.Advance(LongestStep);
        await _lane.Opened.Reach(2);

        AssertBecomesStuck();
        opening.SetResult();
    }

    [Fact]
    public async Task The_status_is_one_line_and_ends_with_the_problem()
    {
        await _lane.ConnectedAsync();
        Assert.Equal("consuming, 0 orders/s, 0 in flight, breaker closed", _vitals.Status);

        _lane.BeforeOpening = () => throw new IOException("connection refused\nby the broker");
        _lane.Channel.Session!.Lose("the broker\r\nis gone");
        await _lane.WaitsAsync(1);
        Assert.Equal("reconnecting, 0 orders/s, 0 in flight, breaker closed; the broker\\u000d\\u000ais gone", _vitals.Status);
    }

    private void AssertBecomesStuck()
    {
        Assert.False(_vitals.IsStuck());
        Assert.False(_vitals.IsStuck());
        _lane.Time.Advance(LongestStep);
        Assert.True(_vitals.IsStuck());
    }
}

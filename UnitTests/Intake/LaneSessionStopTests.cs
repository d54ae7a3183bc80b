using UnitTests.Support;

namespace UnitTests.Intake;

public sealed class LaneSessionStopTests
{
    [Fact]
    public async Task A_stop_with_nothing_taken_in_ends_at_once()
    {
        using var lane = new LaneUnderTest();

        await lane.StopAsync();

        Assert.Empty(lane.Store.Attempts);
        Assert.False(lane.Session.Lost.IsCompleted, "a stop is no loss");
    }

    [Fact]
    public async Task A_stop_writes_and_acknowledges_both_batches_and_takes_nothing_more_in()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        await lane.DeliverAsync(Some.NewOrder());

        lane.Session.Stop();
        await lane.DeliverAsync(Some.NewOrder()).OrTooLate("the late delivery's callback did not end");
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Equal([1UL, 3UL], lane.Channel.Acks);
        Assert.Equal(3, lane.Store.Orders);
        Assert.Equal(1, lane.Session.InFlight);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_callback_that_waits_for_room_ends_with_the_stop_and_its_message_is_not_acknowledged()
    {
        using var lane = new LaneUnderTest(maxBatch: 1);
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        var waiting = lane.DeliverAsync(Some.NewOrder());

        lane.Session.Stop();
        await waiting.OrTooLate("the callback still waits");
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Equal([1UL, 2UL], lane.Channel.Acks);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_stop_while_the_database_is_away_gives_up_and_acknowledges_nothing()
    {
        using var lane = new LaneUnderTest();
        lane.Store.FaultOf = _ => StoreFault.Before;
        await lane.DeliverAsync(Some.NewOrder());
        await lane.Time.TimersSet.Reach(1);
        await lane.DeliverAsync(Some.NewOrder());

        await lane.StopAsync();

        Assert.Empty(lane.Channel.Acks);
        Assert.Equal(2, lane.Session.InFlight);
        Assert.Single(lane.Store.Attempts);
    }

    [Fact]
    public async Task An_attempt_that_fails_after_the_stop_is_not_repeated()
    {
        using var lane = new LaneUnderTest();
        lane.Store.FaultOf = _ => StoreFault.Before;
        await lane.OccupyWriterAsync();

        lane.Session.Stop();
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Single(lane.Store.Attempts);
        Assert.Empty(lane.Channel.Acks);
    }

    [Fact]
    public async Task Once_time_is_up_even_the_write_under_way_is_let_go()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        lane.Session.Stop();
        Assert.False(lane.Writing.IsCompleted, "the stop did not wait for the write");

        lane.Abort();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Empty(lane.Channel.Acks);
        Assert.Single(lane.Store.Attempts);
    }

    [Fact]
    public async Task Stopping_twice_is_stopping_once()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        lane.Session.Stop();
        lane.Session.Stop();

        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Equal([1UL], lane.Channel.Acks);
    }

    [Fact]
    public async Task A_channel_that_is_lost_during_the_stop_acknowledges_nothing_more()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        lane.Session.Stop();

        await lane.LoseChannelAsync();
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Empty(lane.Channel.Acks);
        Assert.Single(lane.Store.Attempts);
        lane.AssertNoMisuse();
    }
}

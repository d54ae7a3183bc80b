using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using UnitTests.Support;

namespace UnitTests.Intake;

public sealed class LaneSessionFailureTests
{
    [Fact]
    public async Task A_batch_that_may_be_stored_is_written_again_on_the_idempotent_path_and_acknowledged_only_then()
    {
        using var lane = new LaneUnderTest();
        lane.Store.Fail(StoreFault.After);

        await lane.DeliverAsync(Some.NewOrder());
        await lane.Time.TimersSet.Reach(1);
        Assert.Empty(lane.Channel.Acks);

        lane.Time.Advance(lane.Time.LastDue);
        await lane.Channel.AckedThrough.Reach(1);

        Assert.Equal([StorePath.Optimistic, StorePath.Idempotent], lane.Store.Paths);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_is_found_stored_and_acknowledged()
    {
        using var lane = new LaneUnderTest();
        lane.Store.Fail(StoreFault.After);

        await lane.DeliverAsync(Some.NewOrder());
        await lane.Time.TimersSet.Reach(1);
        lane.Time.Advance(lane.Time.LastDue);
        await lane.Channel.AckedThrough.Reach(1);

        var totals = lane.Counters.Read();
        Assert.Equal((1L, 0L, 1L), (totals.Settled, totals.Stored, totals.Duplicates));
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task While_the_database_is_away_deliveries_collect_and_then_wait()
    {
        using var lane = new LaneUnderTest(maxBatch: 2);
        lane.Store.Fail(StoreFault.Before, StoreFault.Before);
        await lane.DeliverAsync(Some.NewOrder());
        await lane.Time.TimersSet.Reach(1);
        await lane.DeliverAsync(Some.NewOrder());
        await lane.DeliverAsync(Some.NewOrder());
        var waiting = lane.DeliverAsync(Some.NewOrder());

        lane.Time.Advance(lane.Time.LastDue);
        await lane.Time.TimersSet.Reach(2);
        Assert.False(waiting.IsCompleted, "nothing was stored, and the callback went on");
        Assert.Empty(lane.Channel.Acks);

        lane.Time.Advance(lane.Time.LastDue);
        await waiting.OrTooLate("the callback did not go on");
        await lane.Channel.AckedThrough.Reach(4);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task When_the_channel_is_lost_the_write_under_way_is_finished_and_nothing_is_acknowledged()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());

        await lane.LoseChannelAsync("CONNECTION_FORCED - the broker restarts");
        Assert.False(lane.Writing.IsCompleted, "the session ended before its write did");
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Equal(1, lane.Store.Orders);
        Assert.Empty(lane.Channel.Acks);
        Assert.Equal("CONNECTION_FORCED - the broker restarts", await lane.Session.Lost);
        Assert.Equal(2, lane.Session.InFlight);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_channel_that_is_lost_while_nothing_is_written_ends_the_session()
    {
        using var lane = new LaneUnderTest();

        await lane.LoseChannelAsync();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Empty(lane.Store.Attempts);
    }

    [Fact]
    public async Task A_callback_that_waits_for_room_ends_when_the_channel_is_lost()
    {
        using var lane = new LaneUnderTest(maxBatch: 1);
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        var waiting = lane.DeliverAsync(Some.NewOrder());

        await lane.LoseChannelAsync();
        await waiting.OrTooLate("the callback still waits");
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Equal(1, lane.Store.Orders);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_loss_ends_the_wait_between_two_attempts()
    {
        using var lane = new LaneUnderTest();
        lane.Store.Fail(StoreFault.Before);
        await lane.DeliverAsync(Some.NewOrder());
        await lane.Time.TimersSet.Reach(1);

        await lane.LoseChannelAsync();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Single(lane.Store.Attempts);
        Assert.Empty(lane.Channel.Acks);
    }

    [Fact]
    public async Task A_consumer_that_the_broker_cancels_is_a_lost_session()
    {
        using var lane = new LaneUnderTest();

        await lane.Session.HandleBasicCancelAsync("w");
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Contains("cancelled", await lane.Session.Lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_reason_of_a_loss_is_the_one_that_is_told()
    {
        using var lane = new LaneUnderTest();

        await lane.Session.HandleBasicCancelAsync("w");
        await lane.LoseChannelAsync("later");

        Assert.Contains("cancelled", await lane.Session.Lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acknowledgement_that_fails_ends_the_write_loop_with_its_reason()
    {
        using var lane = new LaneUnderTest();
        lane.Channel.Failure = new AlreadyClosedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 320, "gone"));

        await lane.DeliverAsync(Some.NewOrder());

        await Assert.ThrowsAsync<AlreadyClosedException>(() => lane.Writing.OrTooLate());
        Assert.Equal(1, lane.Store.Orders);
    }

    [Fact]
    public async Task A_decoder_that_throws_costs_no_message()
    {
        using var lane = new LaneUnderTest();

        await lane.DeliverAsync(Some.Body(), faults: 1);
        await lane.Channel.AckedThrough.Reach(1);

        Assert.Equal("decode.unforeseen", Assert.Single(lane.Store.DeadLetters).Reason);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_delivery_that_cannot_even_be_put_aside_ends_the_session_and_is_not_acknowledged()
    {
        using var lane = new LaneUnderTest();
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());

        await lane.DeliverAsync(Some.Body(), faults: int.MaxValue);
        lane.Channel.Lose();
        await lane.DeliverAsync(Some.NewOrder());
        lane.Store.Release();
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Contains("could not be taken in", await lane.Session.Lost, StringComparison.Ordinal);
        Assert.Empty(lane.Channel.Acks);
        Assert.Single(lane.Store.Attempts);
        lane.AssertNoMisuse();
    }

    [Fact]
    public async Task A_delivery_that_cannot_be_put_aside_after_waiting_for_room_ends_the_session_too()
    {
        using var lane = new LaneUnderTest(maxBatch: 1);
        await lane.OccupyWriterAsync();
        await lane.DeliverAsync(Some.NewOrder());
        var waiting = lane.DeliverAsync(Some.Body(), faults: int.MaxValue);

        lane.Store.Release();
        await waiting.OrTooLate("the delivery was never answered");
        await lane.Writing.OrTooLate("the write loop did not end");

        Assert.Contains("could not be taken in", await lane.Session.Lost, StringComparison.Ordinal);
        Assert.DoesNotContain(3UL, lane.Channel.Acks);
        lane.Store.AssertNoMisuse();
    }
}

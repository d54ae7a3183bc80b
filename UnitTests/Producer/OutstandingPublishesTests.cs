using Infrastructure.RabbitMq.Publishing;
using UnitTests.Support;

namespace UnitTests.Producer;

public sealed class OutstandingPublishesTests
{
    private const int Window = 8;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly OutstandingPublishes _books;

    public OutstandingPublishesTests()
    {
        _books = new OutstandingPublishes(Window, maxBytes: 1_000, _time);
    }

    [Fact]
    public void An_acknowledged_message_is_confirmed()
    {
        Add("a");
        Assert.Equal(["a"], Send());

        _books.Ack(epoch: 0, sequence: 1, multiple: false);

        Assert.Equal(new PublishCounts(Accepted: 1, Confirmed: 1, Unconfirmed: 0, Republished: 0), _books.Counts);
        Assert.True(_books.IsEmpty);
    }

    [Fact]
    public void A_multiple_acknowledgement_confirms_all_up_to_its_number_and_none_after()
    {
        Add("a", "b", "c", "d");
        Send();

        _books.Ack(0, 2, multiple: false);
        _books.Ack(0, 3, multiple: true);

        Assert.Equal(3, _books.Counts.Confirmed);
        _books.Retire();
        Assert.Equal(["d"], Send());
    }

    [Fact]
    public void A_refused_message_is_sent_again_before_those_that_were_never_sent()
    {
        Add("a");
        Send();
        Add("b");

        _books.Nack(0, 1, multiple: false);

        Assert.Equal((1, 0), _books.TakeRefusals());
        Assert.Equal(["a", "b"], Send());
        Assert.Equal(1, _books.Counts.Republished);
    }

    [Fact]
    public void A_returned_message_is_not_confirmed_by_the_acknowledgement_that_follows()
    {
        Add("a", "b");
        Send();

        _books.Return(0, "a");
        _books.Ack(0, 2, multiple: true);

        Assert.Equal(1, _books.Counts.Confirmed);
        Assert.Equal((0, 1), _books.TakeRefusals());
        Assert.Equal(["a"], Send());
    }

    [Fact]
    public void Until_a_refusal_is_answered_nothing_is_sent_so_that_its_attempts_are_not_used_up_meanwhile()
    {
        Add("a");
        Send();
        _books.Return(0, "a");

        Assert.Equal(Wake.Pump, _books.Ack(0, 1, multiple: false));
        Add("b");
        Assert.True(_books.IsRefused);
        Assert.False(_books.TryTakeNext(Window, out _));

        Assert.Equal((0, 1), _books.TakeRefusals());
        Assert.False(_books.IsRefused);
        Assert.Equal(["a", "b"], Send());
    }

    [Fact]
    public void Of_two_messages_with_one_id_each_return_means_the_next()
    {
        Add("a", "a");
        Send();

        _books.Return(0, "a");
        _books.Ack(0, 1, multiple: false);
        _books.Ack(0, 2, multiple: false);

        Assert.Equal(1, _books.Counts.Confirmed);
        Assert.Equal(["a"], Send());
    }

    [Fact]
    public void A_message_that_no_queue_takes_is_given_up_after_a_few_attempts()
    {
        Add("a");
        for (ulong attempt = 1; attempt <= OutstandingPublishes.MaxReturns; attempt++)
        {
            Assert.Equal(["a"], Send());
            _books.Return(0, "a");
            _books.Ack(0, attempt, multiple: false);
        }

        var failed = Assert.Single(TakeFailed());
        Assert.Equal("a", failed.MessageId);
        Assert.False(failed.MayBeStored);
        Assert.True(_books.IsEmpty);
    }

    [Fact]
    public void What_was_in_flight_on_a_lost_channel_is_sent_again_in_the_order_it_was_accepted()
    {
        Add("a", "b", "c", "d");
        Send();
        _books.Nack(0, 3, multiple: false);
        Add("e");

        _books.Retire();

        Assert.Equal(["a", "b", "c", "d", "e"], Send());
    }

    [Fact]
    public void A_channel_that_is_gone_has_no_say_about_the_numbers_of_the_next()
    {
        Add("a");
        Send();
        _books.Retire();
        Send();

        _books.Ack(epoch: 0, sequence: 1, multiple: true);

        Assert.Equal(0, _books.Counts.Confirmed);
    }

    [Fact]
    public void Only_the_message_that_closes_the_channel_fails()
    {
        Add("good", "bad", "fine");
        Send();

        _books.Retire(blame: "too large");
        Assert.Equal(["good"], Send());
        _books.Ack(1, 1, multiple: false);
        Assert.Equal(["bad"], Send());
        _books.Retire(blame: "too large");

        var failed = Assert.Single(TakeFailed());
        Assert.Equal(("bad", "too large"), (failed.MessageId, failed.Failure));
        Assert.Equal(["fine"], Send());
        _books.Ack(2, 1, multiple: false);
        Add("next", "and next");
        Assert.Equal(["next", "and next"], Send());
    }

    [Fact]
    public void The_whole_window_is_free_again_when_the_oldest_is_confirmed_last()
    {
        Add([.. Enumerable.Repeat("a", Window)]);
        Send();
        for (var sequence = Window; sequence > 0; sequence--)
        {
            _books.Ack(0, (ulong)sequence, multiple: false);
        }

        Add([.. Enumerable.Repeat("b", Window)]);

        Assert.Equal(Window, Send().Count);
        Assert.Equal(TimeSpan.Zero, _books.OldestAge());
    }

    [Fact]
    public void A_message_that_is_never_confirmed_holds_back_what_would_overtake_it_by_a_window()
    {
        Add([.. Enumerable.Repeat("a", Window)]);
        Send();
        _books.Ack(0, 2, multiple: false);
        Add("b");

        Assert.Empty(Send());
        _time.Advance(Second);
        Assert.Equal(Second, _books.OldestAge());
    }

    [Fact]
    public void Giving_up_fails_everything_and_lets_nothing_in_any_more()
    {
        Add("a", "b");
        Assert.True(_books.TryTakeNext(limit: 1, out _));

        _books.GiveUp("no hope");

        Assert.Equal([("a", true), ("b", false)], TakeFailed().Select(failed => (failed.MessageId, failed.MayBeStored)));
        Assert.False(_books.TryAdd("c", [], 0, 0, out _));
        Assert.Equal(new PublishCounts(Accepted: 2, Confirmed: 0, Unconfirmed: 2, Republished: 0), _books.Counts);
    }

    [Fact]
    public void A_waiting_caller_is_woken_when_there_is_room_for_more_than_one()
    {
        Add([.. Enumerable.Repeat("a", Window)]);
        Assert.False(_books.TryAdd("b", [], 0, 0, out _));
        Send();

        Assert.Equal(Wake.Caller, _books.Ack(0, 1, multiple: false));
        Assert.Equal(Wake.None, _books.Ack(0, 2, multiple: false));
    }

    [Fact]
    public void Bytes_are_bounded_but_a_single_larger_body_goes_alone()
    {
        Assert.True(_books.TryAdd("large", new byte[2_000], 0, 0, out _));
        Assert.False(_books.TryAdd("small", new byte[1], 0, 0, out _));
        Send();
        _books.Ack(0, 1, multiple: false);

        Assert.True(_books.TryAdd("small", new byte[1], 0, 0, out _));
    }

    [Fact]
    public void A_waiting_pump_is_woken_by_a_message_and_by_the_last_confirm()
    {
        Assert.False(_books.TryTakeNext(Window, out _));
        Assert.True(_books.TryAdd("a", [], 0, 0, out var wake));
        Assert.Equal(Wake.Pump, wake);

        Send();

        Assert.Equal(Wake.Pump, _books.Ack(0, 1, multiple: false));
    }

    [Fact]
    public void Silence_is_counted_from_the_last_answer_and_hope_from_the_last_confirm()
    {
        Add("a", "b", "c");
        Send();
        _time.Advance(Second);
        _books.Ack(0, 1, multiple: false);
        _time.Advance(Second);
        _books.Nack(0, 2, multiple: false);
        _time.Advance(Second);

        Assert.Equal(Second, _books.Silence());
        Assert.Equal(2 * Second, _books.WithoutConfirm());
        Assert.Equal(3 * Second, _books.OldestAge());
    }

    [Fact]
    public void A_silence_that_was_announced_does_not_count()
    {
        Add("a");
        Send();
        _time.Advance(Second);

        _books.ExcuseSilence();

        Assert.Equal(TimeSpan.Zero, _books.Silence());
        _time.Advance(Second);
        Assert.Equal(Second, _books.Silence());
        Assert.Equal(2 * Second, _books.WithoutConfirm());
    }

    private void Add(params string[] ids)
    {
        foreach (var id in ids)
        {
            Assert.True(_books.TryAdd(id, "{}"u8, publishedAt: 1, tag: 1, out _));
        }
    }

    // As the pump does: a refusal is answered first.
    private List<string> Send()
    {
        _books.TakeRefusals();
        var sent = new List<string>();
        while (_books.TryTakeNext(Window, out var publish))
        {
            sent.Add(publish.MessageId);
        }

        return sent;
    }

    private List<(string MessageId, string Failure, bool MayBeStored)> TakeFailed()
    {
        var all = new List<(string, string, bool)>();
        while (_books.TryTakeFailed(out var failed))
        {
            all.Add((failed.MessageId, failed.Failure, failed.MayBeStored));
            _books.Release(failed);
        }

        return all;
    }
}

using Infrastructure.RabbitMq;
using UnitTests.Support;

namespace UnitTests.RabbitMq;

public sealed class PublishPlacesTests
{
    // As long as a confirm may be waited for.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_publish_has_its_place_until_it_ends()
    {
        var places = new PublishPlaces(most: 1, LongestWait, _time);
        var sent = new TaskCompletionSource();

        var publishing = PublishAsync(places, sent.Task);
        Assert.Equal(1, places.Taken);
        Assert.Null(await places.TakeAsync(CancellationToken.None));
        Assert.Equal(1, places.Taken);

        sent.SetResult();
        await publishing.OrTooLate();
        Assert.Equal(0, places.Taken);
        Assert.NotNull(await places.TakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task One_that_fails_makes_room()
    {
        var places = new PublishPlaces(most: 1, LongestWait, _time);

        var turn = await places.TakeAsync(CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => places.PublishAsync(turn!, () => throw new InvalidOperationException()));

        Assert.NotNull(await places.TakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task More_than_the_client_has_room_for_wait_for_their_turn()
    {
        var places = new PublishPlaces(most: PublishPlaces.MostInBus + 2, LongestWait, _time);
        var first = new TaskCompletionSource();
        _ = Fill(places, first.Task);
        using var calledOff = new CancellationTokenSource();
        var impatient = places.TakeAsync(calledOff.Token);
        var patient = places.TakeAsync(CancellationToken.None);
        Assert.False(impatient.IsCompleted || patient.IsCompleted);
        Assert.Equal(PublishPlaces.MostInBus + 2, places.Taken);

        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(PublishPlaces.MostInBus + 1, places.Taken);
        Assert.False(patient.IsCompleted);

        first.SetResult();
        Assert.NotNull(await patient.OrTooLate());
    }

    [Fact]
    public async Task One_that_never_ends_is_forgotten_a_minute_after_nobody_waits_for_it_any_more()
    {
        var places = new PublishPlaces(most: PublishPlaces.MostInBus + 1, LongestWait, _time);
        var lost = Fill(places, Never());
        var next = places.TakeAsync(CancellationToken.None);

        _time.Advance(LongestWait + PublishPlaces.Forgotten - TimeSpan.FromMilliseconds(1));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<TimeoutException>(() => lost);
        Assert.NotNull(await next.OrTooLate());
    }

    [Fact]
    public async Task What_is_left_in_the_last_bus_takes_no_turns_of_the_next_one_away()
    {
        var places = new PublishPlaces(most: PublishPlaces.MostInBus + 1, LongestWait, _time);
        var first = new TaskCompletionSource();
        var last = Fill(places, first.Task);

        places.Renew();
        Assert.NotNull(await places.TakeAsync(CancellationToken.None).OrTooLate());

        // It has its place for as long as it is there.
        Assert.Null(await places.TakeAsync(CancellationToken.None));
        first.SetResult();
        await last.OrTooLate();
        Assert.NotNull(await places.TakeAsync(CancellationToken.None).OrTooLate());
    }

    // All that may be in the bus: the first ends as the test says, the others never.
    private static Task Fill(PublishPlaces places, Task first)
    {
        for (var others = 1; others < PublishPlaces.MostInBus; others++)
        {
            _ = PublishAsync(places, Never());
        }

        return PublishAsync(places, first);
    }

    private static async Task PublishAsync(PublishPlaces places, Task publish)
    {
        var turn = await places.TakeAsync(CancellationToken.None);
        await places.PublishAsync(turn!, () => publish);
    }

    private static Task Never() => new TaskCompletionSource().Task;
}

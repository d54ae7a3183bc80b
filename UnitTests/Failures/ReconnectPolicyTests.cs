using UnitTests.Support;
using Worker.Failures;

namespace UnitTests.Failures;

public sealed class ReconnectPolicyTests
{
    private static readonly BrokerFault Away = new("Connection refused", NeedsOperator: false);
    private static readonly BrokerFault Refused = new("ACCESS_REFUSED", NeedsOperator: true);

    private readonly FakeTimeProvider _time = new();
    private readonly ReconnectPolicy _policy;

    public ReconnectPolicyTests()
    {
        _policy = new ReconnectPolicy(_time, new Random(1));
    }

    [Theory]
    [InlineData(false, 1.0, 2.0)]
    [InlineData(true, 5.0, 7.5)]
    public void Attempts_keep_their_distance_however_many_fail(bool needsOperator, double least, double most)
    {
        for (var attempt = 1; attempt <= 1000; attempt++)
        {
            _policy.Lost(Away with { NeedsOperator = needsOperator });
            Assert.InRange(_policy.Wait.TotalSeconds, least, most);
        }
    }

    [Fact]
    public void Connections_that_are_lost_at_once_keep_it_too()
    {
        for (var loss = 1; loss <= 1000; loss++)
        {
            _policy.Connected();
            Assert.InRange(_policy.Wait.TotalSeconds, 1, 2);
            _policy.Lost(Away);
            Assert.InRange(_policy.Wait.TotalSeconds, 1, 2);
        }
    }

    [Fact]
    public void A_reason_is_told_once_and_then_once_a_minute()
    {
        var told = new List<double>();
        for (var second = 0; second < 180; second++)
        {
            if (_policy.Lost(Away))
            {
                told.Add(second);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 60, 120], told);
    }

    [Fact]
    public void Every_change_of_the_reason_is_told() =>
        Assert.Equal([true, false, true, false, true], new[] { Away, Away, Refused, Refused, Away }.Select(_policy.Lost));

    [Fact]
    public void After_a_success_the_same_reason_is_told_again()
    {
        _policy.Lost(Away);
        _policy.Connected();

        Assert.True(_policy.Lost(Away));
    }

    [Fact]
    public void Failures_are_counted_until_a_success_whatever_their_reason()
    {
        _policy.Lost(Away);
        _policy.Lost(Refused);
        Assert.Equal(2, _policy.Failures);

        _policy.Connected();
        Assert.Equal(0, _policy.Failures);
    }

    [Fact]
    public void What_passes_by_itself_after_an_operators_work_is_tried_soon_again()
    {
        _policy.Lost(Refused);
        _policy.Lost(Away);

        Assert.InRange(_policy.Wait.TotalSeconds, 1, 2);
    }
}

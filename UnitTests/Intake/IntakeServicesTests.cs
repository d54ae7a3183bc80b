using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using UnitTests.Support;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Intake;

public sealed class IntakeServicesTests
{
    [Fact]
    public void There_are_as_many_lanes_as_the_setting_says_each_with_a_name_of_its_own()
    {
        using var services = Settings.Services("Intake:Lanes=3");

        var lanes = services.GetRequiredService<IntakeService>().Lanes;

        Assert.Equal(3, lanes.Count);
        Assert.Equal([LaneState.Starting], lanes.Select(lane => lane.State).Distinct());
        Assert.Equal(Enumerable.Range(1, 3).Select(number => $"{WorkerName.OfThisProcess().Value} lane {number}"), lanes.Select(lane => lane.Name));
        Assert.All(lanes, lane => Assert.Equal((0L, null), (lane.InFlight, lane.BrokerProblem)));
    }

    [Fact]
    public void What_others_ask_for_is_what_is_hosted()
    {
        using var services = Settings.Services();

        Assert.Contains(services.GetRequiredService<IntakeService>(), services.GetServices<IHostedService>());
        Assert.Contains(services.GetRequiredService<QueueDepthMonitor>(), services.GetServices<IHostedService>());
    }
}

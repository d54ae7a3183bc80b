using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_settings_are_wrong
{
    [Fact]
    public async Task All_of_it_is_said_at_once_and_the_exit_code_is_78()
    {
        await using var worker = WorkerProcess.Start(
            "run", "Intake:Lanes=0", "Intake:MaxBatch=5000", "Intake:Prefetch=6000", "RabbitMq:Pipeline=a/b", "ConnectionStrings:RabbitMq=http://x", "Urls=http://127.0.0.1:0");

        Assert.Equal(78, await worker.ExitAsync());
        Assert.Contains("Intake:Lanes is 0; 1 to 64 are allowed", worker.Output);
        Assert.Contains("Intake:Prefetch is 6000, but Intake:MaxBatch is 5000", worker.Output);
        Assert.Contains("RabbitMq:Pipeline is 'a/b'", worker.Output);
        Assert.Contains("ConnectionStrings:RabbitMq is not an AMQP address", worker.Output);
        Assert.Contains("ConnectionStrings:Orders is not set", worker.Output);
    }

    [Fact]
    public async Task A_text_where_a_number_belongs_is_a_wrong_setting_too()
    {
        await using var worker = WorkerProcess.Start("run", "Intake:Lanes=many", "Urls=http://127.0.0.1:0");

        Assert.Equal(78, await worker.ExitAsync());
        Assert.Contains("Intake:Lanes", worker.Output);
    }

    [Theory]
    [InlineData("Intake:Lans=7", "There is no such setting in Worker.Intake.IntakeOptions: 'Lans'")]
    [InlineData("Urls=nowhere", "Urls is 'nowhere'")]
    public async Task A_setting_that_does_not_exist_and_an_address_that_is_none_are_wrong_settings(string setting, string text)
    {
        await using var worker = WorkerProcess.Start("run", setting);

        Assert.Equal(78, await worker.ExitAsync());
        Assert.Contains(text, worker.Output);
    }

    [Fact]
    public async Task A_second_worker_at_the_same_address_says_which_setting_to_change()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var first = await WorkerProcess.Run(pipeline).ReadyAsync();
        await using var second = WorkerProcess.Start(["run", .. pipeline.Settings($"Urls={first.Address}")]);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("address of its own with the setting Urls", second.Output);
    }

    [Fact]
    public async Task An_unknown_word_is_wrong_usage()
    {
        await using var worker = WorkerProcess.Start("rum");

        Assert.Equal(64, await worker.ExitAsync());
    }

    [Fact]
    public async Task A_health_check_with_nobody_there_says_so()
    {
        await using var check = WorkerProcess.Start("healthcheck", "Urls=http://127.0.0.1:1");

        Assert.Equal(69, await check.ExitAsync());
        Assert.Contains("No answer from http://127.0.0.1:1/health/ready", check.Output);
    }
}

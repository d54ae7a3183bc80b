using Infrastructure;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace UnitTests;

public sealed class CurrentOptionsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orders-credentials-");

    [Fact]
    public void What_a_file_says_now_is_what_is_used()
    {
        Write("ConnectionStrings__RabbitMq", "amqp://first");
        using var services = Services();
        Assert.Equal("amqp://first", services.CurrentOptions<RabbitMqOptions>().ConnectionString);

        Write("ConnectionStrings__RabbitMq", "amqp://second\n");
        Assert.Equal("amqp://second", services.CurrentOptions<RabbitMqOptions>().ConnectionString);
    }

    [Fact]
    public void What_cannot_be_used_is_refused_until_it_can()
    {
        Write("ConnectionStrings__RabbitMq", "amqp://first");
        using var services = Services();
        Write("ConnectionStrings__RabbitMq", "");
        Assert.Throws<OptionsValidationException>(services.CurrentOptions<RabbitMqOptions>);

        Write("ConnectionStrings__RabbitMq", "amqp://second");
        Assert.Equal("amqp://second", services.CurrentOptions<RabbitMqOptions>().ConnectionString);
    }

    /// <summary>Kubernetes never changes a file: it puts a link to another folder in the place of the one that all files lead through.</summary>
    [Fact]
    public void Files_that_are_links_through_a_folder_that_is_exchanged_are_read_anew()
    {
        _folder.CreateSubdirectory("..1");
        _folder.CreateSubdirectory("..2");
        Write("..1/ConnectionStrings__RabbitMq", "amqp://first");
        Write("..2/ConnectionStrings__RabbitMq", "amqp://second");
        Directory.CreateSymbolicLink(Path("..data"), "..1");
        File.CreateSymbolicLink(Path("ConnectionStrings__RabbitMq"), "..data/ConnectionStrings__RabbitMq");
        using var services = Services();
        Assert.Equal("amqp://first", services.CurrentOptions<RabbitMqOptions>().ConnectionString);

        Directory.Delete(Path("..data"));
        Directory.CreateSymbolicLink(Path("..data"), "..2");
        Assert.Equal("amqp://second", services.CurrentOptions<RabbitMqOptions>().ConnectionString);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddCredentials(_folder.FullName).Build());
        services.AddRabbitMq();
        return services.BuildServiceProvider();
    }

    private void Write(string name, string text) => File.WriteAllText(Path(name), text);

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);
}

package garden;

import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import com.google.gson.Gson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

public class GoogleGarden implements HttpFunction {
    @Override
    public void service(HttpRequest request, HttpResponse response) throws IOException {
        Map<String, String> event = new HashMap<>();
        for (String name : new String[] {"do", "name", "at"}) {
            request.getFirstQueryParameter(name).ifPresent(value -> event.put(name, value));
        }
        Map<String, Object> said = Acts.act(event);
        response.setContentType("application/json");
        response.getWriter().write(new Gson().toJson(said));
    }
}
